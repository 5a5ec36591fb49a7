-- What series there are, at a million of them: pages of one name or of all, names without visiting their series, and
-- series by any of their labels.
create index series_name on series (name, id) include (unit);
create index series_labels on series using gin (labels jsonb_path_ops);

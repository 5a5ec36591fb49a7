/** Where the browser's part begins. */
import './styles/tokens.css'
import './styles/base.css'
import './styles/controls.css'
import './styles/form.css'
import './styles/table.css'
import 'uplot/dist/uPlot.min.css'
import './styles/uplot.css'
import { mount } from 'svelte'
import App from './App.svelte'

const target = document.getElementById('app')
if (target) mount(App, { target })

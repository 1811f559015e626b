import { mount } from "svelte";
import "uplot/dist/uPlot.min.css";
import "./tokens.css";
import "./base.css";
import "./print.css";
import App from "./App.svelte";
import { direction, language } from "./lib/words";

Object.assign(document.documentElement, { lang: language, dir: direction });
const target = document.getElementById("app");
if (target) mount(App, { target });

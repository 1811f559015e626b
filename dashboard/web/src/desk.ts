import { mount } from "svelte";
import "./tokens.css";
import "./base.css";
import "./print.css";
import Desk from "./desk/Desk.svelte";
import { direction, language } from "./lib/words";

/** The clinic's own page: a second way in, with nothing of the wearer's in it. */
Object.assign(document.documentElement, { lang: language, dir: direction });
const target = document.getElementById("app");
if (target) mount(Desk, { target });

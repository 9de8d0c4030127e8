/** What the charts take of Observable Plot; loaded with the first chart. */

export { areaY, axisX, axisY, dot, lineY, plot, pointerX, pointerY, rect, ruleX, ruleY, text, tip } from "@observablehq/plot";

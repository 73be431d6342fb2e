// Only the charts that the pages draw, on canvas: SVG and HTML would need inline styles.
import { BarChart, CustomChart } from "echarts/charts";
import { CalendarComponent, GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";

use([
  BarChart, CustomChart, CalendarComponent, GridComponent, LegendComponent, TooltipComponent, CanvasRenderer,
]);

export { init };

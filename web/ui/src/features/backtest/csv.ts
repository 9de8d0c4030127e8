/** A backtest's tables as one CSV file, made in the browser. */

import type { BacktestResult } from "../../api/studio";

export function exportCsv(title: string, result: BacktestResult): void {
  const rows: (string | number)[][] = [["table", "key", "pictures", "pictures_changed", "newly_suppressed", "newly_empty", "old", "new", "gained", "lost"]];
  for (const rule of result.by_rule) rows.push(["rule", rule.rule, "", "", "", "", rule.old, rule.new, rule.gained, rule.lost]);
  const groups = { category: result.by_category, region: result.by_region, seller: result.by_seller };
  for (const [table, list] of Object.entries(groups))
    for (const group of list) rows.push([table, group.key ?? "", group.pictures, group.pictures_changed, group.newly_suppressed, group.newly_empty, "", "", "", ""]);
  const text = rows.map((row) => row.map(cell).join(",")).join("\r\n");
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
  link.download = `backtest ${title.replace(/[^\w -]+/g, " ").trim()}.csv`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

/** Quoted where it has to be; a leading sign that a spreadsheet would run is made text. */
function cell(value: string | number): string {
  const text = typeof value === "string" && /^[=+\-@]/.test(value) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

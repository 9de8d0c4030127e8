/** The scope that the address names; what it leaves out has a sensible value. */

import { route } from "../../lib/router.svelte";

export class ChosenScope {
  marketplace = $derived(route.query.get("marketplace") ?? "amazon");
  region = $derived(route.query.get("region") ?? "");
  category = $derived(route.query.get("category") ?? "");
  role = $derived(route.query.get("role") ?? "main");
  date = $derived(route.query.get("date") ?? "");
}

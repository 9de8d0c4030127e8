/** Every page: its path, who it is for, and the file that draws it. The first path that fits is taken. */

import type { Component } from "svelte";
import type { Deed } from "./lib/session.svelte";

export interface Route {
  path: string;
  page: () => Promise<{ default: Component<Record<string, string>> }>;
  /** Can be seen by somebody who is not signed in. */
  open?: true;
  /** What one must be allowed to do to see it. */
  needs?: Deed;
}

const page = (load: () => Promise<unknown>) => load as Route["page"];

export const ROUTES: Route[] = [
  { path: "/", page: page(() => import("./pages/Home.svelte")) },
  { path: "/rules", page: page(() => import("./pages/Rules.svelte")) },
  { path: "/rules/conflicts", page: page(() => import("./pages/MarketConflicts.svelte")) },
  { path: "/rules/:rule", page: page(() => import("./pages/Rule.svelte")) },
  { path: "/drafts", page: page(() => import("./pages/Drafts.svelte")) },
  { path: "/drafts/:draft/rules/:rule", page: page(() => import("./pages/Edit.svelte")) },
  { path: "/drafts/:draft/new", page: page(() => import("./pages/NewRule.svelte")) },
  { path: "/drafts/:draft/review", page: page(() => import("./pages/Review.svelte")) },
  { path: "/drafts/:draft/:tab?", page: page(() => import("./pages/Draft.svelte")) },
  { path: "/releases", page: page(() => import("./pages/Releases.svelte")) },
  { path: "/releases/:number", page: page(() => import("./pages/Release.svelte")) },
  { path: "/experiments", page: page(() => import("./pages/Experiments.svelte")) },
  { path: "/experiments/new", page: page(() => import("./pages/PlanExperiment.svelte")), needs: "edit" },
  { path: "/experiments/:id/edit", page: page(() => import("./pages/PlanExperiment.svelte")), needs: "edit" },
  { path: "/experiments/:id/:tab?", page: page(() => import("./pages/Experiment.svelte")) },
  { path: "/guide/experiments", page: page(() => import("./pages/ExperimentGuide.svelte")) },
  { path: "/history", page: page(() => import("./pages/History.svelte")) },
  { path: "/queue", page: page(() => import("./pages/Queue.svelte")) },
  { path: "/decisions/:decision", page: page(() => import("./pages/Statement.svelte")), open: true },
  { path: "/examples", page: page(() => import("./pages/Examples.svelte")) },
  { path: "/try", page: page(() => import("./pages/Try.svelte")), open: true },
  { path: "/people", page: page(() => import("./pages/People.svelte")), needs: "accounts" },
  { path: "/audit", page: page(() => import("./pages/Audit.svelte")) },
];

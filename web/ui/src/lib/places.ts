/** The pages that the navigation and the command palette know. */

import type { Component } from "svelte";
import ClipboardCheck from "@lucide/svelte/icons/clipboard-check";
import ChartNoAxesCombined from "@lucide/svelte/icons/chart-no-axes-combined";
import FilePen from "@lucide/svelte/icons/file-pen";
import History from "@lucide/svelte/icons/history";
import House from "@lucide/svelte/icons/house";
import ImageUp from "@lucide/svelte/icons/image-up";
import Rocket from "@lucide/svelte/icons/rocket";
import Scale from "@lucide/svelte/icons/scale";
import ScrollText from "@lucide/svelte/icons/scroll-text";
import Shapes from "@lucide/svelte/icons/shapes";
import Users from "@lucide/svelte/icons/users";
import type { Deed } from "./session.svelte";

export interface Place {
  path: string;
  label: string;
  icon: Component;
  /** Pressed after `g`. */
  key: string;
  group: "rules" | "pictures" | "people";
  needs?: Deed;
  open?: true;
}

export const PLACES: Place[] = [
  { path: "/", label: "Home", icon: House, key: "h", group: "rules" },
  { path: "/rules", label: "Rules", icon: Scale, key: "r", group: "rules" },
  { path: "/drafts", label: "Drafts", icon: FilePen, key: "d", group: "rules" },
  { path: "/releases", label: "Releases", icon: Rocket, key: "l", group: "rules" },
  { path: "/experiments", label: "Experiments", icon: ChartNoAxesCombined, key: "x", group: "rules" },
  { path: "/history", label: "History", icon: History, key: "y", group: "rules" },
  { path: "/queue", label: "Review queue", icon: ClipboardCheck, key: "q", group: "pictures" },
  { path: "/examples", label: "Rule from examples", icon: Shapes, key: "e", group: "pictures" },
  { path: "/try", label: "Try a picture", icon: ImageUp, key: "t", group: "pictures", open: true },
  { path: "/people", label: "People", icon: Users, key: "p", group: "people", needs: "accounts" },
  { path: "/audit", label: "Audit trail", icon: ScrollText, key: "a", group: "people" },
];

import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app/App";
import { startI18n } from "./app/i18n";
import { keepAppOnDevice } from "./app/shell/newVersion";
import { refuseStrayDrops } from "./app/shell/strayDrops";
import { showPreferences } from "./kit/preferences";
import { sweepKept } from "./kit/sweepKept";
import { forgetDatabases } from "./matrix/leftovers";
import { session } from "./matrix/session";
import "./ui/tokens.css";
import "./ui/base.css";

showPreferences();
sweepKept();
if (!session.get()) void forgetDatabases().catch(() => {});
startI18n();
refuseStrayDrops();

const place = document.getElementById("root");
if (!place) throw new Error("no root");
createRoot(place).render(
  <StrictMode>
    <App />
  </StrictMode>,
);

/** After the first paint, in quiet: the larger part of the app, before anybody waits for it. */
const whenQuiet = window.requestIdleCallback ?? ((run: () => void) => setTimeout(run, 500));
whenQuiet(() => {
  void import("./matrix/messenger");
  void keepAppOnDevice();
});

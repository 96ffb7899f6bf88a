/// <reference lib="webworker" />
/**
 * The service worker: keeps the app itself on the device, so that it opens without a connection,
 * and shows who writes while it is closed.
 */
import {
  cleanupOutdatedCaches,
  createHandlerBoundToURL,
  precacheAndRoute,
} from "workbox-precaching";
import { NavigationRoute, registerRoute } from "workbox-routing";
import { onPressed, onPush } from "./pushes";

declare const self: ServiceWorkerGlobalScope;

const NOT_THE_APP = [/^\/_/, /^\/\.well-known/, /^\/health/, /^\/metrics/];

precacheAndRoute(self.__WB_MANIFEST);
cleanupOutdatedCaches();
registerRoute(
  new NavigationRoute(createHandlerBoundToURL("/index.html"), { denylist: NOT_THE_APP }),
);

// A newer app waits until the person says so: see app/shell/newVersion.ts.
self.addEventListener("message", (event) => {
  if ((event.data as { type?: string } | null)?.type === "SKIP_WAITING") void self.skipWaiting();
});

self.addEventListener("push", (event) => event.waitUntil(onPush(event.data)));
self.addEventListener("notificationclick", (event) =>
  event.waitUntil(onPressed(event.notification)),
);

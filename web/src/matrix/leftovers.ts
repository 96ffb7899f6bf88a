/** Of whoever was signed in here: where nobody is, nothing of anybody stays on the device. */
export async function forgetDatabases(): Promise<void> {
  const all = (await indexedDB.databases?.()) ?? [];
  for (const { name } of all) if (name?.includes("teahouse")) indexedDB.deleteDatabase(name);
}

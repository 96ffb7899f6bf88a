import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PostOffice } from "./postOffice";
import { TestServer } from "./server";

const TERMS = `
[terms_of_service]
version = "1.2"
en = { name = "Terms of service", url = "https://tea.example/terms.html" }
zh-CN = { name = "服务条款", url = "https://tea.example/terms-zh.html" }

[privacy]
version = "1"
en = { name = "Privacy policy", url = "https://tea.example/privacy.html" }
zh-CN = { name = "隐私政策", url = "https://tea.example/privacy-zh.html" }
`;

/** One that takes nobody who has not accepted its documents and shown an e-mail address. */
export async function strictServer(office: PostOffice): Promise<TestServer> {
  // The same for every run, so that none leaves another one behind.
  const terms = join(tmpdir(), "teahouse-e2e-terms.toml");
  await writeFile(terms, TERMS);
  const flags = ["--email-required-for-registration", "--policies", terms];
  return TestServer.start(...office.flags, ...flags);
}

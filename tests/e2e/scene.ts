import { type Browser, expect } from "@playwright/test";
import { Person } from "./person";
import { bell, teaVideo } from "./recordings";
import type { TestServer } from "./server";
import { teaPicture } from "./teaPicture";

/** A small, plausible evening: what a family and its friends say to each other. */
export interface Scene {
  me: Person;
  friends: Person[];
}

interface Words {
  me: string;
  mother: string;
  friend: string;
  cook: string;
  group: string;
  familyTalk: [who: "me" | "mother", text: string][];
  groupTalk: [who: "me" | "mother" | "friend", text: string][];
  friendSays: string;
  cookSays: string;
  unread: string[];
}

export const CHINESE: Words = {
  me: "林晓岚",
  mother: "妈妈",
  friend: "陈志远",
  cook: "老周茶餐厅",
  group: "周日茶会",
  familyTalk: [
    ["mother", "岚岚，新茶到了，你爸今早去茶市挑的。"],
    ["me", "太好了！是龙井吗？"],
    ["mother", "明前龙井，还有一点碧螺春。给你寄半斤。"],
    ["me", "够喝到夏天了😊 周日视频的时候泡给我看看。"],
  ],
  groupTalk: [
    ["me", "周日下午四点，老地方见？"],
    ["friend", "可以，我带桂花糕。地址在 https://example.org/teahouse"],
    ["mother", "我也来听听你们聊什么。"],
  ],
  friendSays: "文件收到了，谢谢！",
  cookSays: "您订的座位已留好，周日四点，靠窗。",
  unread: ["记得多穿点，这两天降温。", "到家了说一声。"],
};

export const ENGLISH: Words = {
  me: "Lan",
  mother: "Mum",
  friend: "Jonas Weber",
  cook: "Zhou’s Kitchen",
  group: "Tea on Sunday",
  familyTalk: [
    ["mother", "The new tea is here. Dad picked it at the market this morning."],
    ["me", "Lovely! Is it longjing?"],
    ["mother", "Longjing, and a little biluochun. I’ll send you half a pound."],
    ["me", "That lasts until summer 😊 Show me how you brew it on Sunday."],
  ],
  groupTalk: [
    ["me", "Sunday at four, the usual place?"],
    ["friend", "Yes. I’ll bring cake. Here is the way: https://example.org/teahouse"],
    ["mother", "I’ll come and listen to what you young people say."],
  ],
  friendSays: "Got the file, thank you!",
  cookSays: "Your table is kept for Sunday at four, by the window.",
  unread: ["Put on something warm, it gets cold tonight.", "Tell me when you are home."],
};

export async function play(
  browser: Browser,
  server: TestServer,
  words: Words,
  tag: string,
): Promise<Scene> {
  const at = (name: string, shown: string) =>
    Person.at(browser, server.url, `${name}-${tag}`, shown);
  const me = await at("lan", words.me);
  const mother = await at("mama", words.mother);
  const friend = await at("jonas", words.friend);
  const cook = await at("zhou", words.cook);
  for (const person of [me, mother, friend, cook]) await person.signUp();

  await cook.findAndGreet(me.name);
  await cook.say(words.cookSays);
  await me.acceptInvitation();
  await me.sees(words.cookSays);

  await me.findAndGreet(friend.name);
  await me.page.getByTestId("pick-file").setInputFiles({
    name: tag === "zh" ? "茶会菜单.pdf" : "Tea menu.pdf",
    mimeType: "application/pdf",
    buffer: Buffer.alloc(482_133, 7),
  });
  await friend.acceptInvitation();
  await friend.say(words.friendSays);
  await me.sees(words.friendSays);

  await friend.page.getByTestId("pick-picture").setInputFiles({
    name: "tea.webm",
    mimeType: "video/webm",
    buffer: await teaVideo(friend.page),
  });
  await expect(me.page.getByTestId("poster")).toHaveCount(1);
  await friend.page.getByTestId("pick-file").setInputFiles({
    name: tag === "zh" ? "茶馆的铃.wav" : "The bell of the teahouse.wav",
    mimeType: "audio/wav",
    buffer: bell(9),
  });
  await expect(me.page.getByRole("slider")).toHaveCount(1);

  await me.openGroup(words.group, [mother.name, friend.name]);
  await mother.acceptInvitation();
  await friend.acceptInvitation();
  await talk({ me, mother, friend }, words.groupTalk);

  await me.findAndGreet(mother.name);
  await mother.acceptInvitation();
  await talk({ me, mother, friend }, words.familyTalk.slice(0, 3));
  await mother.page.getByTestId("pick-picture").setInputFiles({
    name: "tea.png",
    mimeType: "image/png",
    buffer: await teaPicture(mother.page, 85),
  });
  await expect(me.page.getByTestId("picture")).toHaveCount(1);
  await talk({ me, mother, friend }, words.familyTalk.slice(3));
  await me.showChats();
  for (const text of words.unread) await mother.say(text);
  await expect(me.chat(words.mother)).toContainText(words.unread.at(-1) ?? "");
  return { me, friends: [mother, friend, cook] };
}

async function talk(
  people: Record<string, Person>,
  lines: [who: string, text: string][],
): Promise<void> {
  for (const [who, text] of lines) {
    await people[who]?.say(text);
    for (const other of Object.values(people)) {
      if (await other.conversation.isVisible())
        await other.conversation
          .getByText(text)
          .first()
          .waitFor({ timeout: 3_000 })
          .catch(() => {});
    }
  }
}

import { ArrowLeft, Image, Plus, UserPlus } from "@phosphor-icons/react";
import { useState } from "react";
import { MenuTrigger } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { LetterStanding } from "@/features/account/Letter";
import { useLocale } from "@/features/account/messenger";
import { Bubble } from "@/features/chat/Bubble";
import { FileCard } from "@/features/chat/FileCard";
import { TextBody } from "@/features/chat/TextBody";
import { KeyCard } from "@/features/recovery/KeyCard";
import { badgeCount, clockTime, dayLine, fileSize, listTime } from "@/kit/format";
import { Avatar } from "@/ui/Avatar";
import { Badge } from "@/ui/Badge";
import { Banner } from "@/ui/Banner";
import { Button } from "@/ui/Button";
import { CheckLine } from "@/ui/CheckLine";
import { Choice } from "@/ui/Choice";
import { FloatingMenu, MenuRow } from "@/ui/FloatingMenu";
import { IconButton } from "@/ui/IconButton";
import { RowBody, rowClass } from "@/ui/ListRow";
import { Mark } from "@/ui/Mark";
import { EmptyState, ErrorState, Skeleton } from "@/ui/Placeholders";
import { Sheet } from "@/ui/Sheet";
import { Switch } from "@/ui/Switch";
import { PasswordField, TextField } from "@/ui/TextField";
import { TopBar } from "@/ui/TopBar";
import styles from "./PartsPage.module.css";
import { type Sample, samples } from "./samples";

const COLOURS = [
  "paper",
  "surface",
  "ink",
  "muted",
  "line",
  "tea",
  "tea-soft",
  "seal",
  "seal-soft",
  "amber",
  "link",
];
const THEMES = ["light", "dark"] as const;

/** For those who build: every part of the kit, in both themes side by side. */
export function PartsPage() {
  return (
    <main className={styles.page}>
      {THEMES.map((theme) => (
        <section key={theme} className={styles.theme} data-theme={theme} aria-label={theme}>
          <Parts />
        </section>
      ))}
    </main>
  );
}

function Parts() {
  const locale = useLocale();
  const sample = samples(locale);
  return (
    <>
      <TopBarPart sample={sample} />
      <Colours />
      <Type sample={sample} />
      <Buttons sample={sample} />
      <Fields sample={sample} />
      <Rows sample={sample} />
      <Bubbles sample={sample} />
      <States sample={sample} />
      <KeyCard text={sample.key} title={sample.title} owner={sample.id} keep={sample.line} />
    </>
  );
}

interface PartProps {
  sample: Sample;
}

function TopBarPart({ sample }: PartProps) {
  const { t } = useTranslation();
  const back = (
    <IconButton label={t("common.back")}>
      <ArrowLeft />
    </IconButton>
  );
  return (
    <>
      <div className={styles.marks}>
        {[16, 24, 32, 64, 96].map((size) => (
          <Mark key={size} size={size} />
        ))}
      </div>
      <TopBar title={sample.name} second={t("chat.typing", { names: sample.name })} back={back}>
        <IconButton label={t("contacts.add")}>
          <UserPlus />
        </IconButton>
      </TopBar>
    </>
  );
}

function Colours() {
  return (
    <ul className={styles.colours}>
      {COLOURS.map((name) => (
        <li key={name}>
          <span className={styles.patch} style={{ background: `var(--${name})` }} />
          {name}
        </li>
      ))}
    </ul>
  );
}

function Type({ sample }: PartProps) {
  return (
    <div>
      <p className={styles.amount}>1,288.00</p>
      <h2 className={styles.pageSize}>{sample.title}</h2>
      <h3 className={styles.titleSize}>{sample.title}</h3>
      <p>{sample.line}</p>
      <p className={styles.second}>{sample.line}</p>
      <p className={styles.time}>{clockTime(sample.timeMs, sample.locale)}</p>
    </div>
  );
}

function Buttons({ sample }: PartProps) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  return (
    <div className={styles.wrap}>
      <Button onPress={() => setOpen(true)}>{t("common.next")}</Button>
      <Button look="soft">{t("chats.accept")}</Button>
      <Button look="plain">{t("common.cancel")}</Button>
      <Button look="danger">{t("chat.discard")}</Button>
      <Button look="warn">{t("me.signOut")}</Button>
      <Button isDisabled>{t("common.save")}</Button>
      <MenuTrigger>
        <IconButton label={t("chat.attach")}>
          <Plus />
        </IconButton>
        <FloatingMenu label={t("chat.attach")}>
          <MenuRow icon={<Image />} text={t("chat.pictureOrVideo")} onAction={() => {}} />
        </FloatingMenu>
      </MenuTrigger>
      <Sheet
        title={sample.title}
        closeLabel={t("common.close")}
        isOpen={open}
        onClose={() => setOpen(false)}
      >
        <p>{sample.line}</p>
      </Sheet>
    </div>
  );
}

function Fields({ sample }: PartProps) {
  const { t } = useTranslation();
  const [size, setSize] = useState("normal");
  const [on, setOn] = useState(true);
  return (
    <div className={styles.stack}>
      <TextField label={t("signup.name")} hint={t("signup.nameHint")} defaultValue={sample.name} />
      <TextField
        label={t("signup.name")}
        problem={t("signup.nameTaken")}
        defaultValue={sample.name}
      />
      <PasswordField
        label={t("signup.password")}
        showLabel={t("common.show")}
        hideLabel={t("common.hide")}
        defaultValue={sample.key}
      />
      <Choice
        label={t("me.size")}
        value={size}
        onChange={setSize}
        options={[
          { value: "normal", text: t("me.normal") },
          { value: "simple", text: t("me.simple"), hint: t("me.simpleHint") },
        ]}
      />
      <Switch isSelected={on} onChange={setOn}>
        {t("notification.show")}
      </Switch>
      <CheckLine
        label={t("forgot.signOutOthers")}
        hint={t("forgot.signOutHint")}
        isSelected={on}
        onChange={setOn}
      />
      <LetterStanding isOver={false} problem={null} />
    </div>
  );
}

function Rows({ sample }: PartProps) {
  const { t } = useTranslation();
  const { locale, timeMs } = sample;
  return (
    <ul>
      {[3, 128, 0].map((unread, index) => (
        <li key={unread} className={rowClass} data-chosen={index === 1 || undefined}>
          <RowBody
            lead={<Avatar id={`@${unread}`} name={sample.name} locale={locale} />}
            title={sample.name}
            aside={listTime(timeMs - index * 30 * 3_600_000, timeMs, locale)}
            second={sample.line}
            badge={
              unread > 0 && (
                <Badge
                  text={badgeCount(unread, locale)}
                  label={t("chats.unread", { count: unread, shown: unread })}
                />
              )
            }
          />
        </li>
      ))}
    </ul>
  );
}

function Bubbles({ sample }: PartProps) {
  const time = clockTime(sample.timeMs, sample.locale);
  const face = <Avatar id="@a" name={sample.name} locale={sample.locale} size="small" />;
  return (
    <div>
      <p className={styles.day}>{dayLine(sample.timeMs, sample.timeMs, sample.locale)}</p>
      <Bubble mine={false} first last={false} face={face} name={sample.name} label={time}>
        <TextBody text={sample.line} edited={false} />
      </Bubble>
      <Bubble mine={false} first={false} last face={face} label={time} below={time}>
        <FileCard name={sample.file}>{fileSize(482_133, sample.locale)}</FileCard>
      </Bubble>
      <Bubble mine first last label={time} below={time}>
        <TextBody text={`${sample.line} https://example.org/tea`} edited />
      </Bubble>
    </div>
  );
}

function States({ sample }: PartProps) {
  const { t } = useTranslation();
  return (
    <>
      <Banner look="warning">{t("connection.lost")}</Banner>
      <Banner look="info" action={<Button look="plain">{t("recovery.open")}</Button>}>
        {t("recovery.locked")}
      </Banner>
      <Skeleton rows={2} label={t("common.loading")} />
      <EmptyState text={t("chats.empty")} action={<Button>{t("chats.start")}</Button>} />
      <ErrorState text={sample.line} retry={t("common.retry")} onRetry={() => {}} />
    </>
  );
}

import { Collection, Header, ListBox, ListBoxItem, ListBoxSection } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { useLocale } from "@/features/account/messenger";
import { count } from "@/kit/format";
import { FindingBody, nameOf } from "./FindingBody";
import styles from "./FindingList.module.css";
import type { Finding, Group } from "./findings";

interface Props {
  groups: readonly Group[];
  onChoose: (finding: Finding) => void;
}

/** What was found, in groups; moved through from the field above. */
export function FindingList({ groups, onChoose }: Props) {
  const { t } = useTranslation();
  return (
    <ListBox
      aria-label={t("finder.found")}
      className={styles.list}
      items={groups.map((group) => ({ id: group.what, group }))}
      hidden={groups.length === 0}
      shouldFocusWrap
    >
      {({ id, group }) => (
        <ListBoxSection id={id} className={styles.group}>
          <GroupTitle group={group} />
          <Collection items={group.findings.map((one) => ({ id: `${id} ${one.key}`, one }))}>
            {({ one }) => (
              <ListBoxItem
                textValue={nameOf(one)}
                className={styles.row}
                onAction={() => onChoose(one)}
              >
                <FindingBody finding={one} />
              </ListBoxItem>
            )}
          </Collection>
        </ListBoxSection>
      )}
    </ListBox>
  );
}

function GroupTitle({ group }: { group: Group }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const titles = {
    recent: t("finder.recent"),
    people: t("finder.people"),
    chats: t("finder.chats"),
    byId: t("finder.byId"),
    places: t("finder.places"),
  };
  const shown = count(group.findings.length, locale);
  return (
    <Header className={styles.title}>
      {titles[group.what]}
      {group.all > group.findings.length && (
        <span>{t("finder.firstOf", { shown, all: count(group.all, locale) })}</span>
      )}
    </Header>
  );
}

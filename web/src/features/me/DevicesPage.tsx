import { DeviceMobile, Laptop, SignOut } from "@phosphor-icons/react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { useLocale, useMessenger } from "@/features/account/messenger";
import { problemText } from "@/features/account/problemText";
import { listTime } from "@/kit/format";
import type { Device } from "@/matrix/devices";
import { BackLink } from "@/ui/BackLink";
import { RowBody, rowClass, rowDangerClass } from "@/ui/ListRow";
import { Pad, Page, Section } from "@/ui/Page";
import { ErrorState, Skeleton } from "@/ui/Placeholders";
import { TopBar } from "@/ui/TopBar";
import { DeviceSheet } from "./DeviceSheet";
import { SignOutSheet } from "./SignOutSheet";

/** Where one is signed in; each can be named and signed out. */
export function DevicesPage() {
  const { t } = useTranslation();
  const { account, session } = useMessenger();
  const devices = useQuery({
    queryKey: ["devices", session.deviceId],
    queryFn: () => account.devices.all(),
  });
  return (
    <Page
      bar={
        <TopBar title={t("device.title")} back={<BackLink to="/me" label={t("common.back")} />} />
      }
    >
      <Pad>
        <p>{t("device.why")}</p>
      </Pad>
      {devices.data && (
        <Lists devices={devices.data} onChanged={async () => void (await devices.refetch())} />
      )}
      {devices.isPending && <Skeleton rows={2} label={t("common.loading")} />}
      {devices.isLoadingError && (
        <ErrorState
          text={problemText(t, devices.error)}
          retry={t("common.retry")}
          onRetry={() => void devices.refetch()}
        />
      )}
    </Page>
  );
}

interface ListsProps {
  devices: readonly Device[];
  onChanged: () => Promise<void>;
}

function Lists({ devices, onChanged }: ListsProps) {
  const { t } = useTranslation();
  const [chosen, choose] = useState<Device | null>(null);
  const [ending, end] = useState<readonly Device[] | null>(null);
  const others = devices.filter(({ isThis }) => !isThis);
  return (
    <>
      <Section title={t("device.here")}>
        {devices
          .filter(({ isThis }) => isThis)
          .map((device) => (
            <DeviceRow key={device.id} device={device} onPress={() => choose(device)} />
          ))}
      </Section>
      {others.length === 0 && (
        <Pad>
          <p>{t("device.alone")}</p>
        </Pad>
      )}
      {others.length > 0 && (
        <Section title={t("device.others")}>
          {others.map((device) => (
            <DeviceRow key={device.id} device={device} onPress={() => choose(device)} />
          ))}
        </Section>
      )}
      {others.length > 1 && (
        <Section>
          <Button
            className={`${rowClass} ${rowDangerClass}`}
            data-short
            data-inset="icon"
            onPress={() => end(others)}
          >
            <RowBody lead={<SignOut />} title={t("device.signOutOthers")} />
          </Button>
        </Section>
      )}
      <DeviceSheet
        device={chosen}
        onRenamed={onChanged}
        onSignOut={(device) => {
          choose(null);
          end([device]);
        }}
        onClose={() => choose(null)}
      />
      <SignOutSheet devices={ending} onDone={onChanged} onClose={() => end(null)} />
    </>
  );
}

const PHONES = /android|iphone|ipad|手机|phone/i;

function DeviceRow({ device, onPress }: { device: Device; onPress: () => void }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const { name, seenMs, isThis } = device;
  const seen = seenMs
    ? t("device.seen", { time: listTime(seenMs, Date.now(), locale) })
    : t("device.unseen");
  return (
    <Button className={rowClass} data-inset="icon" onPress={onPress}>
      <RowBody
        lead={PHONES.test(name) ? <DeviceMobile /> : <Laptop />}
        title={name || t("device.unnamed")}
        second={isThis ? undefined : seen}
      />
    </Button>
  );
}

import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { FormPage } from "@/features/account/FormPage";
import { problemText } from "@/features/account/problemText";
import { rememberPassword } from "@/features/recovery/freshPassword";
import { login } from "@/matrix/auth";
import { saveSession } from "@/matrix/session";
import { Button } from "@/ui/Button";

/** In with the new password; what it does not open is said before. */
export function PasswordIsSet({ address, password }: { address: string; password: string }) {
  const { t } = useTranslation();
  const signIn = useMutation({
    mutationFn: async () => {
      const session = await login(address, password);
      rememberPassword(password);
      saveSession(session);
    },
  });
  return (
    <FormPage
      title={t("forgot.doneTitle")}
      lead={t("forgot.doneLead")}
      problem={signIn.error && problemText(t, signIn.error)}
      onSubmit={() => !signIn.isPending && signIn.mutate()}
    >
      <Button type="submit" wide isPending={signIn.isPending} autoFocus>
        {t("signin.submit")}
      </Button>
    </FormPage>
  );
}

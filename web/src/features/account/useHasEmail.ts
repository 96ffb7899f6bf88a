import { useQuery } from "@tanstack/react-query";
import { useMessenger } from "./messenger";

/** Whether this Teahouse can send mail, so that an address is of use. */
export function useHasEmail(): boolean {
  const { account } = useMessenger();
  const offered = useQuery({
    queryKey: ["email-offered"],
    queryFn: () => account.addresses.areOffered(),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return offered.data ?? false;
}

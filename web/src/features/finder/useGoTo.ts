import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useMessenger } from "@/features/account/messenger";
import type { Finding } from "./findings";

/** Goes to what was found. With somebody new a chat begins first. */
export function useGoTo(onDone: () => void) {
  const { people } = useMessenger();
  const navigate = useNavigate();
  const toChat = (roomId: string) => navigate({ to: "/chats/$roomId", params: { roomId } });
  return useMutation({
    mutationFn: async (finding: Finding) => {
      switch (finding.kind) {
        case "chat":
          // An invitation is answered in the list.
          return finding.chat.invitation ? navigate({ to: "/chats" }) : toChat(finding.chat.roomId);
        case "contact":
          return toChat(finding.roomId);
        case "stranger":
          return toChat(await people.chatWith(finding.person.userId));
        case "place":
          return navigate({ to: finding.place.to });
      }
    },
    onSuccess: onDone,
  });
}

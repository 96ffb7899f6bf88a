import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { type NameAnswer, nameAvailable } from "@/matrix/auth";

const PAUSE_MS = 350;

/** Asks the server about the name once typing pauses. Undefined while nothing is known. */
export function useNameAnswer(name: string): NameAnswer | undefined {
  const [asked, setAsked] = useState("");
  useEffect(() => {
    const timer = setTimeout(() => setAsked(name), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [name]);
  const { data } = useQuery({
    queryKey: ["name", asked],
    queryFn: ({ signal }) => nameAvailable(asked, signal),
    enabled: asked !== "",
    staleTime: 10_000,
    retry: false,
  });
  return asked === name && name !== "" ? data : undefined;
}

import { useQuery } from "@tanstack/react-query";
import { useLoaderData } from "@tanstack/react-router";
import { offersEmail } from "@/matrix/auth";

/** False until the server has said so. */
export function useOffersEmail(): boolean {
  const { data } = useQuery({
    queryKey: ["offers-email"],
    queryFn: offersEmail,
    initialData: useLoaderData({ from: "/signin" }),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return data === true;
}

import { useSearch } from "@tanstack/react-router";
import { SignUpForm } from "./SignUpForm";
import { SignUpLetter } from "./SignUpLetter";
import { useSignUp } from "./useSignUp";

export function SignUp() {
  const { invitation } = useSearch({ from: "/signup" });
  const state = useSignUp(invitation);
  const { isSent, waiting } = state.draft;
  if (isSent && waiting) return <SignUpLetter state={state} letter={waiting.letter} />;
  return <SignUpForm state={state} />;
}

/** What strangers see, fetched as one: a file for each page costs more than it spares. */
export { Forgot } from "@/features/signin/Forgot";
export { SignIn } from "@/features/signin/SignIn";
export { SignUp } from "@/features/signup/SignUp";

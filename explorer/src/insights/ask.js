/** The answer's data; an error whose message a person can act on where there is none. */
export async function ask({ query, variables }, signal) {
  const headers = { "content-type": "application/json", accept: "application/graphql-response+json" };
  const body = JSON.stringify({ query, variables });
  let answer;
  try {
    answer = await (await fetch("/graphql", { method: "POST", headers, body, signal })).json();
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Error("The server does not answer. Try again in a moment.");
  }
  if (answer.errors?.length) throw new Error([...new Set(answer.errors.map((one) => one.message))].join(" "));
  return answer.data;
}

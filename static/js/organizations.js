// Offers organizations of the directory while their name or acronym is typed (data-organizations: where to ask).
// Whatever is typed is understood by the server as well; this only saves typing.
for (const input of document.querySelectorAll("input[data-organizations]")) attach(input);
addEventListener("eventsapp:added", (event) => {
  for (const input of event.target.querySelectorAll?.("input[data-organizations]") ?? []) attach(input);
});

function attach(input) {
  const list = document.getElementById(input.getAttribute("list"));
  if (!list) return;
  let timer = 0;
  let asked = "";
  let running = null;
  input.addEventListener("input", () => {
    clearTimeout(timer);
    const text = input.value.trim();
    if (text.length < 2 || text === asked) return;
    timer = setTimeout(async () => {
      asked = text;
      running?.abort();
      running = new AbortController();
      const address = new URL(input.dataset.organizations, location.href);
      address.searchParams.set("q", text);
      try {
        const answer = await fetch(address, { signal: running.signal, headers: { Accept: "application/json" } });
        if (!answer.ok) return;
        const { organizations } = await answer.json();
        list.replaceChildren(
          ...organizations.map((name) => {
            const option = document.createElement("option");
            option.value = name;
            return option;
          }),
        );
      } catch {
        // Without an answer the field is a plain one.
      }
    }, 180);
  });
}

// The grid of rooms: which rooms are in view is shown in the overview, and rooms that have nothing on in the hours in
// view shrink to their names. Without this the grid scrolls and snaps by itself.

const QUIET = "is-quiet";

function start(scroller) {
  const grid = scroller.querySelector(".grid");
  const rooms = [...scroller.querySelectorAll(".grid-room")];
  const links = new Map([...document.querySelectorAll(".overview-room")].map((a) => [a.hash.slice(1), a]));
  const silent = new Set(rooms.filter((room) => room.classList.contains(QUIET)));
  const rtl = getComputedStyle(scroller).direction === "rtl";
  const wide = matchMedia("(min-width: 48rem)");

  function mark() {
    const box = scroller.getBoundingClientRect();
    for (const room of rooms) {
      const { left, right } = room.getBoundingClientRect();
      const shown = right > box.left + 60 && left < box.right - 20;
      links.get(room.id)?.classList.toggle("is-shown", shown && scroller.scrollWidth > scroller.clientWidth + 1);
    }
  }

  /** Shrink the rooms with nothing between the top and the bottom of what is in view; the first room in view stays put. */
  function shrink() {
    if (!wide.matches || rooms.length < 8 || scroller.scrollWidth <= scroller.clientWidth + 1) return;
    const box = scroller.getBoundingClientRect();
    const head = grid.querySelector(".grid-corner").getBoundingClientRect().bottom;
    const edge = grid.querySelector(".grid-times").getBoundingClientRect();
    const from = rtl ? edge.left : edge.right;
    const busy = rooms.filter((room) =>
      [...room.querySelectorAll(".cell")].some((cell) => {
        const place = cell.getBoundingClientRect();
        return place.bottom > head + 8 && place.top < box.bottom - 8;
      }));
    if (!busy.length) return;
    const staying = busy.find((room) => {
      const place = room.getBoundingClientRect();
      return rtl ? place.left < from - 8 : place.right > from + 8;
    });
    const before = staying?.getBoundingClientRect().left;
    for (const room of rooms) {
      if (!silent.has(room)) room.classList.toggle(QUIET, !busy.includes(room));
    }
    grid.style.setProperty("--busy", String(Math.min(9, busy.length)));
    grid.style.setProperty("--quiet", String(rooms.length - busy.length));
    if (staying) scroller.scrollLeft += staying.getBoundingClientRect().left - before;
    mark();
  }

  let waiting;
  let lastTop = scroller.scrollTop;
  scroller.addEventListener("scroll", () => {
    requestAnimationFrame(mark);
    clearTimeout(waiting);
    if (scroller.scrollTop !== lastTop) {
      waiting = setTimeout(() => {
        lastTop = scroller.scrollTop;
        shrink();
      }, 250);
    }
  }, { passive: true });
  addEventListener("resize", mark);

  // A room chosen in the overview opens, if it is shrunk, and comes to the edge; the page does not jump.
  for (const [id, link] of links) {
    link.addEventListener("click", (event) => {
      const room = document.getElementById(id);
      if (!room) return;
      event.preventDefault();
      room.classList.remove(QUIET);
      const edge = grid.querySelector(".grid-times").getBoundingClientRect();
      const place = room.getBoundingClientRect();
      scroller.scrollBy({ left: rtl ? place.right - edge.left : place.left - edge.right });
      room.querySelector("a")?.focus({ preventScroll: true });
    });
  }
  shrink();
  mark();
}

function all() {
  for (const scroller of document.querySelectorAll("[data-grid]")) start(scroller);
}
all();
document.addEventListener("results", all);

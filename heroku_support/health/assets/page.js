// Ask for the page again and again, and put what has changed in the place of what is shown.
(() => {
  "use strict";
  const LONGEST = 10000; // milliseconds to wait for an answer
  const PATIENCE = 15; // answers of other dynos in a row, until ours is taken to be gone
  const main = document.querySelector("main");
  const pause = document.getElementById("pause");
  const contact = document.getElementById("contact");
  let timer, others = 0;

  function plan(seconds) {
    clearTimeout(timer);
    if (!document.hidden && pause.getAttribute("aria-pressed") === "false") {
      timer = setTimeout(ask, seconds * 1000);
    }
  }

  function ask() {
    clearTimeout(timer);
    const request = new XMLHttpRequest();
    // Not fetch: this makes a document without a string that trusted types would ask about.
    request.responseType = "document";
    request.timeout = LONGEST;
    request.onload = () => answered(request);
    request.onerror = request.ontimeout = () => lost("No contact");
    request.open("GET", location.href);
    request.send();
  }

  function answered({ status, response: page }) {
    if (status === 401 || status === 403) {
      lost("No longer signed in. Reload the page. Shown is what was known");
    } else if (status !== 200 || !page || !page.getElementById("content")) {
      lost(`The answer is an error, ${status}`);
    } else if (isOfAnother(page) && ++others <= PATIENCE) {
      plan(1); // the router asks any dyno; this page is about one
    } else {
      found(page);
    }
  }

  function isOfAnother(page) {
    return page.querySelector("main").dataset.dyno !== main.dataset.dyno;
  }

  function lost(reason) {
    const [since] = document.getElementById("updated").textContent.match(/\d\d:\d\d:\d\d/);
    contact.textContent = `${reason} since ${since} UTC.`;
    main.classList.add("is-stale");
    plan(main.dataset.refresh);
  }

  function found(page) {
    others = 0;
    contact.textContent = "";
    main.classList.remove("is-stale");
    document.title = page.title;
    show(page);
    plan(main.dataset.refresh);
  }

  function show(page) {
    if (isOfAnother(page) || parts(page).join() !== parts(document).join()) {
      main.dataset.dyno = page.querySelector("main").dataset.dyno;
      document.getElementById("content").replaceWith(page.getElementById("content"));
    }
    for (const id of parts(page)) {
      const now = document.getElementById(id), next = page.getElementById(id);
      if (!now.isEqualNode(next)) {
        now.replaceWith(next);
      }
    }
  }

  function parts(page) {
    return [...page.querySelectorAll("[data-live]")].map((part) => part.id);
  }

  pause.hidden = false;
  pause.addEventListener("click", () => {
    const isPaused = pause.getAttribute("aria-pressed") === "true";
    pause.setAttribute("aria-pressed", String(!isPaused));
    plan(0);
  });
  document.addEventListener("visibilitychange", () => plan(0));
  plan(main.dataset.refresh);
})();

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
      lost("Not signed in any more, reload the page: nothing new");
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
    main.dataset.dyno = page.querySelector("main").dataset.dyno;
    document.title = page.title;
    const newer = page.querySelectorAll("[data-renewed]");
    document.querySelectorAll("[data-renewed]").forEach((part, at) => renew(part, newer[at]));
    plan(main.dataset.refresh);
  }

  // What is the same stays: focus, an open table, how far it is scrolled.
  function renew(now, newer) {
    if (now.isEqualNode(newer)) {
      return;
    }
    if (now.nodeName !== newer.nodeName || now.childNodes.length !== newer.childNodes.length) {
      now.replaceWith(newer);
    } else if (now.nodeType === Node.TEXT_NODE) {
      now.data = newer.data;
    } else {
      for (const name of new Set([...now.getAttributeNames(), ...newer.getAttributeNames()])) {
        renewAttribute(now, name, newer.getAttribute(name));
      }
      const children = [...newer.childNodes];
      [...now.childNodes].forEach((child, at) => renew(child, children[at]));
    }
  }

  function renewAttribute(now, name, value) {
    if (value !== null) {
      now.setAttribute(name, value);
    } else if (name !== "open") { // the reader's
      now.removeAttribute(name);
    }
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

// The customer's chat page. What was said comes down a WebSocket (or by asking, where none gets through); what is written goes up by POST.
// Every message written here carries an id made here, so that sending it again is the same message. All text goes in as text, never as HTML.
"use strict";
(() => {
  const base = document.body.dataset.base;
  const words = JSON.parse(document.body.dataset.texts);
  const limits = JSON.parse(document.body.dataset.limits);
  const language = document.body.dataset.language;
  const $ = (id) => document.getElementById(id);
  const log = $("log"), scroll = $("scroll"), text = $("text"), tray = $("tray"), line = $("line"), typing = $("typing");
  const UNSENT = "refund-desk.unsent", DRAFT = "refund-desk.draft", RENEWED = "refund-desk.renewed";

  const newId = () => Array.from(crypto.getRandomValues(new Uint8Array(12)), (n) => n.toString(16).padStart(2, "0")).join("");
  const make = (tag, className, content) => {
    const node = document.createElement(tag);
    if (className) node.className = className;
    if (content !== undefined) node.textContent = content;
    return node;
  };
  const zone = { timeZone: "Asia/Shanghai" };
  const clock = new Intl.DateTimeFormat(language, { ...zone, hour: "2-digit", minute: "2-digit", hour12: false });
  const calendar = new Intl.DateTimeFormat(language, { ...zone, month: "long", day: "numeric" });

  // ---- what is shown -------------------------------------------------------------------------------------------------

  let newest = 0, day = "";
  const pending = new Map();          // written here and not yet seen in the log: id → its node
  const known = new Set();            // written here and seen in the log
  const labels = new Map();           // what a button means → the words on it
  const meaning = (id) => id.replace(/^\d+\./, "");              // an id is "3.yes": the question's number and the answer

  const picture = (file, source) => {
    const link = make("a", "picture");
    if (file.url) { link.href = file.url; link.target = "_blank"; link.rel = "noopener"; }
    const asName = () => link.querySelector(".file") || link.prepend(make("span", "file", file.name));
    if (!file.picture) { asName(); return link; }
    const image = make("img");
    image.alt = file.name;
    image.addEventListener("error", () => { image.remove(); asName(); });
    image.addEventListener("load", () => stick && toEnd());
    image.src = source || file.url;
    link.append(image);
    return link;
  };

  const choices = (buttons) => {
    const group = make("div", "choices");
    for (const { id, label } of buttons) {
      labels.set(meaning(id), label);
      const button = make("button", "", label);
      button.type = "button";
      button.dataset.id = id;
      button.addEventListener("click", () => { button.disabled = true; send({ button: id, label }); });
      group.append(button);
    }
    return group;
  };

  const build = (message, sources = []) => {
    const node = make("div", message.mine ? "message mine" : message.name ? "message person" : "message");
    if (message.name) node.append(make("div", "name", words.person.replace("{name}", message.name)));
    if (message.files.length) {
      const pictures = make("div", message.files.length === 1 ? "pictures one" : "pictures");
      message.files.forEach((file, n) => pictures.append(picture(file, sources[n])));
      node.append(pictures);
    }
    const said = message.text || (message.button && labels.get(meaning(message.button))) || "";
    if (said) node.append(make("div", "bubble", said));
    node.append(make("div", "when", message.at ? clock.format(new Date(message.at)) : words.sending));
    if (message.buttons.length) node.append(choices(message.buttons));
    return node;
  };

  const place = (node) => log.insertBefore(node, pending.size ? pending.values().next().value : null);

  const newDay = (at) => {
    const its = calendar.format(new Date(at));
    if (its !== day) { day = its; place(make("div", "day", its)); }
  };

  const show = (message) => {
    if (message.id <= newest) return;
    newest = message.id;
    known.add(message.client);
    const waiting = message.mine && pending.get(message.client);
    if (waiting) {
      pending.delete(message.client);
      waiting.classList.remove("pending", "failed");
      waiting.querySelector(".when").textContent = clock.format(new Date(message.at));
      waiting.querySelectorAll("progress, .again").forEach((node) => node.remove());
      waiting.querySelectorAll("a.picture").forEach((link, n) => { if (message.files[n]) link.href = message.files[n].url; });
    }
    newDay(message.at);
    if (message.text || message.files.length || message.button) place(waiting || build(message));
    if (message.mine) markChosen(message.button);
    else { typing.hidden = true; log.querySelectorAll(".choices button:disabled").forEach((button) => { button.disabled = false; }); }
  };

  const markChosen = (id) => {
    if (!id) return;
    const pressed = [...log.querySelectorAll(".choices button")].filter((button) => meaning(button.dataset.id) === meaning(id)).pop();
    if (pressed) { pressed.classList.add("chosen"); pressed.setAttribute("aria-pressed", "true"); }
  };

  const fade = () => {                // only what came after the customer's last word is still the question
    let stale = false;
    for (const node of [...log.children].reverse()) {
      if (node.classList.contains("mine")) stale = true;
      const group = node.querySelector(".choices");
      if (group) group.classList.toggle("stale", stale);
    }
  };

  // ---- where the reader is ---------------------------------------------------------------------------------------------

  let stick = true;
  const toEnd = () => { scroll.scrollTop = scroll.scrollHeight; $("newest").hidden = true; };
  scroll.addEventListener("scroll", () => {
    stick = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 80;
    if (stick) $("newest").hidden = true;
  }, { passive: true });
  $("newest").addEventListener("click", () => { stick = true; toEnd(); });
  new ResizeObserver(() => stick && toEnd()).observe(scroll);

  const showAll = (messages) => {
    const before = newest;
    log.setAttribute("aria-live", before ? "polite" : "off");      // a whole history is not read out
    messages.forEach(show);
    if (newest === before) return;
    fade();
    if (stick) toEnd(); else $("newest").hidden = false;
  };

  // ---- what comes down -------------------------------------------------------------------------------------------------

  let socket = null, wait = 500, timer = 0;
  const state = (up) => { line.textContent = up ? words.online : words.reconnecting; line.classList.toggle("up", up); };

  const pull = async () => {
    try {
      const answer = await fetch(`${base}/messages?after=${newest}`, { headers: { accept: "application/json" } });
      if (!answer.ok) return false;
      showAll((await answer.json()).messages);
      return true;
    } catch { return false; }
  };

  const stranger = () => {                                   // the cookie is gone: a new page brings a new one, where cookies are allowed
    if (sessionStorage.getItem(RENEWED)) { state(false); trouble(words.no_cookie); return; }
    sessionStorage.setItem(RENEWED, "1");
    location.reload();
  };

  const connect = () => {
    clearTimeout(timer);
    if (socket) return;
    const address = new URL(`${base}/live?after=${newest}`, location.href);
    address.protocol = address.protocol.replace("http", "ws");
    socket = new WebSocket(address);
    socket.addEventListener("open", () => { wait = 500; state(true); flush(); });
    socket.addEventListener("message", (event) => { sessionStorage.removeItem(RENEWED); showAll(JSON.parse(event.data).messages); });
    socket.addEventListener("close", async (event) => {
      socket = null;
      if (event.code === 4401) return stranger();
      state(await pull());
      wait = Math.min(wait * 2, 8000);
      timer = setTimeout(connect, wait * (0.75 + Math.random() / 2));
    });
  };
  setInterval(pull, 60000);
  addEventListener("online", () => { wait = 500; connect(); flush(); });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) { wait = 500; connect(); } });

  // ---- what goes up ----------------------------------------------------------------------------------------------------

  const queue = [];
  let busy = false;
  const keep = () => {
    const kept = queue.filter((item) => !item.files.length).map(({ id, text: said, button, label, start }) => ({ id, text: said, button, label, start }));
    try { localStorage.setItem(UNSENT, JSON.stringify(kept)); } catch { /* a private window: it is in the queue all the same */ }
  };

  const send = (wish) => {
    const item = { id: newId(), text: "", files: [], tries: 0, ...wish };
    const files = item.files.map((file) => ({ name: file.name, picture: file.type.startsWith("image/") }));
    if (item.start === undefined) {
      const node = build({ mine: true, text: item.text || item.label, files, buttons: [] }, item.files.map((file) => URL.createObjectURL(file)));
      node.classList.add("pending");
      if (item.files.length) node.querySelectorAll(".picture").forEach((link) => link.append(Object.assign(make("progress"), { max: 1, value: 0 })));
      log.append(node);
      pending.set(item.id, node);
      markChosen(item.button);
      fade();
      stick = true;
      toEnd();
    }
    queue.push(item);
    keep();
    flush();
  };

  const post = (item) => new Promise((resolve) => {
    const form = new FormData();
    form.append("id", item.id);
    for (const field of ["text", "button", "start"]) if (item[field] !== undefined) form.append(field, item[field]);
    item.files.forEach((file) => form.append("files", file, file.name));
    const request = new XMLHttpRequest();
    request.open("POST", `${base}/messages`);
    request.timeout = item.files.length ? 300000 : 30000;
    if (item.files.length) request.upload.addEventListener("progress", (event) => progress(item, event.loaded));
    request.addEventListener("loadend", () => resolve(request));
    request.send(form);
  });

  const progress = (item, loaded) => {                      // the files go up one after the other
    const bars = pending.get(item.id)?.querySelectorAll("progress") || [];
    item.files.forEach((file, n) => { if (bars[n]) bars[n].value = Math.max(0, Math.min(1, loaded / (file.size || 1))); loaded -= file.size; });
  };

  const flush = async () => {
    if (busy || !queue.length) return;
    busy = true;
    const item = queue[0];
    if (item.start === undefined) { typing.hidden = false; setTimeout(() => { typing.hidden = true; }, 8000); if (stick) toEnd(); }
    const answer = await post(item);
    busy = false;
    if (answer.status === 200) {
      queue.shift();
      keep();
      pending.get(item.id)?.querySelectorAll("progress").forEach((bar) => bar.remove());
      if (!socket || socket.readyState !== WebSocket.OPEN) await pull();
      else setTimeout(() => { if (!known.has(item.id)) pull(); }, 3000);   // a line that is dead may look open for minutes
      return flush();
    }
    typing.hidden = true;
    const forGood = answer.status >= 400 && answer.status < 500 && answer.status !== 408 && answer.status !== 429;
    if (forGood) { queue.shift(); keep(); failed(item, answer); return flush(); }
    item.tries += 1;
    const pause = Number(answer.getResponseHeader("retry-after")) * 1000 || Math.min(1000 * 2 ** item.tries, 15000);
    const when = pending.get(item.id)?.querySelector(".when");
    if (when) when.textContent = answer.status === 429 ? words.slower : answer.status === 503 ? words.later : words.retrying;
    setTimeout(flush, pause);
  };

  const failed = (item, answer) => {
    const node = pending.get(item.id);
    let why = words.failed;
    try { why = JSON.parse(answer.responseText).error || why; } catch { /* not one of our answers */ }
    if (!node) { trouble(why); return; }
    node.classList.add("failed");
    node.querySelector(".when").textContent = why;
    node.querySelectorAll("progress").forEach((bar) => bar.remove());
    const again = make("button", "again", words.again);
    again.type = "button";
    again.addEventListener("click", () => { pending.delete(item.id); node.remove(); send({ ...item, tries: 0 }); });
    node.append(again);
  };

  // ---- writing ---------------------------------------------------------------------------------------------------------

  let chosen = [];
  const trouble = (words_) => { $("trouble").textContent = words_ || ""; $("trouble").hidden = !words_; };
  const megabytes = (bytes) => Math.floor(bytes / 1000 / 1000);

  const take = (files) => {
    trouble("");
    for (const file of files) {
      if (file.size > limits.file) { trouble(words.too_large.replace("{name}", file.name).replace("{size}", megabytes(limits.file))); continue; }
      if (chosen.length >= limits.files) { trouble(words.too_many.replace("{count}", limits.files)); break; }
      if (chosen.reduce((sum, other) => sum + other.size, file.size) > limits.message) { trouble(words.too_much.replace("{size}", megabytes(limits.message))); break; }
      chosen.push(file);
    }
    drawTray();
  };

  const drawTray = () => {
    tray.hidden = !chosen.length;
    tray.replaceChildren(...chosen.map((file) => {
      const item = make("li");
      if (file.type.startsWith("image/")) {
        const image = make("img");
        image.alt = file.name;
        image.src = URL.createObjectURL(file);
        image.addEventListener("load", () => URL.revokeObjectURL(image.src));
        image.addEventListener("error", () => image.replaceWith(make("span", "file", file.name)));
        item.append(image);
      } else item.append(make("span", "file", file.name));
      const remove = make("button", "", "×");
      remove.type = "button";
      remove.setAttribute("aria-label", `${words.remove} ${file.name}`);
      remove.addEventListener("click", () => { chosen = chosen.filter((other) => other !== file); drawTray(); text.focus(); });
      item.append(remove);
      return item;
    }));
    ready();
  };

  const ready = () => { $("send").disabled = !chosen.length && !text.value.trim(); };
  const grow = () => { text.style.height = "auto"; text.style.height = `${text.scrollHeight + 2}px`; };

  $("composer").addEventListener("submit", (event) => {
    event.preventDefault();
    const said = text.value.trim();
    if (!said && !chosen.length) return;
    send({ text: said, files: chosen });
    chosen = [];
    text.value = "";
    sessionStorage.removeItem(DRAFT);
    trouble("");
    drawTray();
    grow();
    text.focus();
  });
  text.addEventListener("keydown", (event) => {             // 229: an input method is still composing, whatever isComposing says
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    $("composer").requestSubmit();
  });
  text.addEventListener("input", () => { sessionStorage.setItem(DRAFT, text.value); grow(); ready(); });
  $("files").addEventListener("change", (event) => { take(event.target.files); event.target.value = ""; text.focus(); });
  addEventListener("paste", (event) => { if (event.clipboardData?.files.length) { event.preventDefault(); take(event.clipboardData.files); } });

  const withFiles = (event) => event.dataTransfer?.types.includes("Files");
  addEventListener("dragenter", (event) => { if (withFiles(event)) { event.preventDefault(); $("drop").hidden = false; } });
  addEventListener("dragover", (event) => { if (withFiles(event)) event.preventDefault(); });
  addEventListener("dragleave", (event) => { if (!event.relatedTarget) $("drop").hidden = true; });
  addEventListener("drop", (event) => { $("drop").hidden = true; if (withFiles(event)) { event.preventDefault(); take(event.dataTransfer.files); } });
  addEventListener("beforeunload", (event) => { if (queue.some((item) => item.files.length)) event.preventDefault(); });

  // ---- beginning -------------------------------------------------------------------------------------------------------

  const begin = async () => {
    text.value = sessionStorage.getItem(DRAFT) || "";
    grow();
    ready();
    const up = await pull();
    state(up);
    connect();
    let unsent = [];
    try { unsent = JSON.parse(localStorage.getItem(UNSENT) || "[]"); } catch { /* nothing to go on with */ }
    unsent.filter((item) => !known.has(item.id)).forEach(send);
    const address = new URL(location.href);
    const start = address.searchParams.get("start");
    if (start !== null) {
      send({ start });
      address.searchParams.delete("start");
      history.replaceState(null, "", address);
    } else if (up && !newest && !unsent.length) send({ start: "" });   // a first visit is greeted
  };
  begin();
})();

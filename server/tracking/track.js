/* Tells a Leadgraph server of page loads, links followed and forms seen on this page. It sets no cookie, reads no
   field of any form, and does nothing where the browser asks not to be tracked. */
(function () {
  "use strict";
  var script = document.currentScript;
  if (!script || !script.src || window.leadgraphTracking) return;
  if (navigator.doNotTrack === "1" || window.doNotTrack === "1" || navigator.globalPrivacyControl) return;
  var own = new URL(script.src);
  var website = own.searchParams.get("website");
  if (!website) return;
  window.leadgraphTracking = website;

  var address = new URL("collect?website=" + encodeURIComponent(website), own).href;
  var queue = [], under_way = false, tries = 0, timer = 0;
  var MOST = 20, TRIES = 5;

  function id() {
    var bytes = crypto.getRandomValues(new Uint8Array(16));
    return Array.prototype.map.call(bytes, function (b) { return (b + 256).toString(16).slice(1); }).join("");
  }

  function tell(type, more) {
    var event = { id: id(), type: type, page: seen, at: Date.now() };
    for (var name in more) if (more[name]) event[name] = more[name];
    queue.push(event);
    if (queue.length > 200) queue.shift();
    later(100);
  }

  function later(wait) {
    if (!timer) timer = setTimeout(function () { timer = 0; send(); }, wait);
  }

  function packed(events) {
    var now = Date.now();
    return JSON.stringify({
      events: events.map(function (event) {
        var told = { age: Math.max(now - event.at, 0) };
        for (var name in event) if (name !== "at") told[name] = event[name];
        return told;
      })
    });
  }

  function post(body) {
    return fetch(address, { method: "POST", body: body, mode: "cors", credentials: "include", keepalive: true });
  }

  /* One request at a time, so that the first one's cookie is there for the second; repeats keep their ids. */
  function send() {
    if (under_way || !queue.length) return;
    under_way = true;
    var events = queue.slice(0, MOST);
    post(packed(events)).then(function (answer) { return answer.status < 500; }, function () { return false; })
      .then(function (taken) {
        under_way = false;
        tries = taken ? 0 : tries + 1;
        if (taken || tries >= TRIES) queue = queue.filter(function (event) { return events.indexOf(event) < 0; });
        if (tries >= TRIES) tries = 0;
        if (queue.length) later(taken ? 0 : 1000 * Math.pow(2, tries));
      });
  }

  /* Who leaves waits for no answer. */
  function leave() {
    for (; queue.length; queue = queue.slice(MOST)) {
      var body = packed(queue.slice(0, MOST));
      if (!navigator.sendBeacon || !navigator.sendBeacon(address, body)) post(body).catch(function () {});
    }
  }

  var seen = "", forms = {};

  function place() {
    var here = location.href;
    return /^#[!/]/.test(location.hash) ? here : here.split("#")[0];
  }

  function visit(referrer) {
    seen = place();
    forms = {};
    tell("WebsiteVisited", { referrer: referrer });
    look();
  }

  function moved() {
    if (place() !== seen) visit(seen);
  }

  function look() {
    document.querySelectorAll("form[data-leadgraph-form]").forEach(function (form) {
      var name = form.getAttribute("data-leadgraph-form");
      if (name && !forms[name]) {
        forms[name] = true;
        tell("FormVisited", { form: name });
      }
    });
  }

  function clicked(event) {
    var link = event.target && event.target.closest && event.target.closest("a[href], area[href]");
    if (!link || !/^https?:/.test(link.href) || event.button > 1) return;
    var words = link.getAttribute("data-leadgraph-name") || link.getAttribute("aria-label") || link.textContent;
    tell("WebsiteClicked", { link: link.href, text: (words || "").trim().slice(0, 200) });
  }

  function begin() {
    ["pushState", "replaceState"].forEach(function (name) {
      var usual = history[name];
      history[name] = function () {
        var done = usual.apply(this, arguments);
        moved();
        return done;
      };
    });
    addEventListener("popstate", moved);
    addEventListener("hashchange", moved);
    addEventListener("pageshow", function (event) { if (event.persisted) visit(""); });
    addEventListener("pagehide", leave);
    addEventListener("online", send);
    document.addEventListener("visibilitychange", function () { if (document.hidden) leave(); });
    document.addEventListener("click", clicked, true);
    document.addEventListener("auxclick", clicked, true);
    new MutationObserver(look).observe(document.documentElement, { childList: true, subtree: true });
    visit(document.referrer);
  }

  if (document.prerendering) document.addEventListener("prerenderingchange", begin, { once: true });
  else begin();
})();

// "/source/x#p-10-40" leads to "/source/x?passage=10-40#p-10-40", where the server marks the passage.
"use strict";

const PASSAGE = /^#p-(\d+-\d+)$/;

function showPassage() {
  const found = PASSAGE.exec(location.hash);
  const address = new URL(location.href);
  if (!found || address.searchParams.get("passage") === found[1]) {
    return;
  }
  address.searchParams.set("passage", found[1]);
  location.replace(address);
}

addEventListener("hashchange", showPassage);
showPassage();

"use strict";
// What stands after "#" in the address. Questions travel only there: it is never sent to a server.

/** "#q=Can%20I%20swim%3F&region=GB" -> [["q", "Can I swim?"], ["region", "GB"]] */
function fragmentFields() {
  const fields = location.hash.slice(1).split("&").filter(Boolean);
  return fields.map((field) => {
    const [name, ...value] = field.split("=");
    return [name, decoded(value.join("="))];
  });
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // typed by hand, with a bare "%"
  }
}

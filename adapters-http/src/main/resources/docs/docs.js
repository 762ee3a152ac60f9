// Shows the OpenAPI document of this server. Text from it becomes text nodes only, never markup.
"use strict";

const METHODS = ["post", "get", "put", "patch", "delete"];
let api;

function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  Object.entries(attributes).forEach(([name, value]) => node.setAttribute(name, value));
  node.append(...children.flat(2).filter((child) => child !== null && child !== undefined));
  return node;
}

const code = (text, className = "") => el("code", { class: className }, text);
const slug = (text) => text.toLowerCase().replace(/[^a-z0-9]+/g, "-");

/** What a reference stands for; what is written beside the reference wins. */
function resolve(value) {
  if (!value || !value.$ref) {
    return value;
  }
  const target = value.$ref.slice(2).split("/").reduce((node, key) => node[key], api);
  return { ...resolve(target), ...value, $ref: undefined };
}

// ---- The part of Markdown that the document uses ----

function inline(text) {
  return text.split(/(`[^`]+`|\*\*[^*]+\*\*)/).filter(Boolean).map((part) => {
    if (part.startsWith("`")) {
      return code(part.slice(1, -1));
    }
    return part.startsWith("**") ? el("strong", {}, part.slice(2, -2)) : part;
  });
}

function table(lines) {
  const cells = (line) => line.split("|").slice(1, -1).map((cell) => inline(cell.trim()));
  const [head, , ...rows] = lines;
  return el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Table" }, el("table", {},
    el("thead", {}, el("tr", {}, cells(head).map((cell) => el("th", { scope: "col" }, cell)))),
    el("tbody", {}, rows.map((row) => el("tr", {}, cells(row).map((cell) => el("td", {}, cell)))))));
}

const BLOCKS = [
  { starts: "## ", show: ([line]) => el("h2", { id: slug(line.slice(3)) }, line.slice(3)) },
  { starts: "- ", show: (lines) => el("ul", {}, lines.map((line) => el("li", {}, inline(line.slice(2))))) },
  { starts: "|", show: table },
  { starts: "", show: (lines) => el("p", {}, inline(lines.join(" "))) },
];

function markdown(text = "") {
  const found = [];
  let last = null;
  text.split("\n").forEach((line) => {
    const kind = line === "" ? null : BLOCKS.find((block) => line.startsWith(block.starts));
    if (kind && kind === last) {
      found.at(-1).lines.push(line);
    } else if (kind) {
      found.push({ kind, lines: [line] });
    }
    last = kind;
  });
  return found.map(({ kind, lines }) => kind.show(lines));
}

// ---- Schemas ----

function typeName(schema) {
  const types = [schema.type ?? []].flat();
  const items = resolve(schema.items);
  const values = typeof schema.additionalProperties === "object" ? resolve(schema.additionalProperties) : null;
  const word = (type) => {
    if (type === "array" && items) {
      return "array of " + typeName(items);
    }
    return type === "object" && values ? "map of " + typeName(values).replace(" or null", "") : type;
  };
  return types.map(word).join(" or ") + (schema.format ? ` (${schema.format})` : "");
}

function range(least, most, unit = "") {
  if (least === undefined && most === undefined) {
    return null;
  }
  const number = (value) => value.toLocaleString("en");
  if (least === undefined) {
    return `at most ${number(most)}${unit}`;
  }
  return most === undefined ? `at least ${number(least)}${unit}` : `${number(least)} to ${number(most)}${unit}`;
}

function constraints(schema) {
  const values = (schema.enum ?? (schema.const === undefined ? [] : [schema.const])).filter((value) => value !== null);
  const limits = [
    range(schema.minimum, schema.maximum),
    range(schema.minLength, schema.maxLength, " characters"),
    range(schema.minItems, schema.maxItems, " items"),
    range(schema.minProperties, schema.maxProperties, " entries"),
  ].filter(Boolean).map((limit) => el("li", {}, limit));
  const text = (value) => typeof value === "string" ? value : JSON.stringify(value);
  const list = (label, shown) =>
    shown.length === 0 ? [] : [el("li", {}, label, shown.flatMap((value) => [" ", code(text(value))]))];
  limits.push(...list("one of", values));
  limits.push(...list("default", schema.default === undefined ? [] : [schema.default]));
  limits.push(...list("for example", schema.examples ?? []));
  const patterns = [schema.pattern, schema.propertyNames?.pattern, resolve(schema.additionalProperties)?.pattern];
  const shown = [["pattern", patterns[0]], ["pattern of names", patterns[1]], ["pattern of values", patterns[2]]]
    .filter(([, pattern]) => pattern)
    .map(([label, pattern]) => el("li", {}, el("details", {}, el("summary", {}, label), code(pattern))));
  const all = [...limits, ...shown];
  return all.length ? el("ul", { class: "limits" }, all) : null;
}

/** One field, and below it the fields of the object that it is, or that its array holds. The mark may be null. */
function field(name, schema, mark, markOfRequired) {
  const inner = resolve(schema.items) ?? schema;
  return el("li", { class: "field" },
    el("div", { class: "head" }, code(name, "name"), el("span", { class: "type" }, typeName(schema)),
      mark ? el("span", { class: "required" }, mark) : null),
    markdown(schema.description), constraints(schema), inner.properties ? fields(inner, markOfRequired) : null);
}

function fields(schema, markOfRequired) {
  const required = schema.required ?? [];
  return el("ul", { class: "fields" }, Object.entries(schema.properties).map(([name, property]) =>
    field(name, resolve(property), required.includes(name) ? markOfRequired : null, markOfRequired)));
}

/** What a body consists of; one that is no object is shown as a whole. */
function bodyFields(schema, mark) {
  return schema.properties ? fields(schema, mark) : el("ul", { class: "fields" }, field("body", schema, null, mark));
}

// ---- Examples ----

function highlighted(text) {
  return text.split(/("(?:[^"\\]|\\.)*"(?:\s*:)?)/).map((part) => {
    if (!part.startsWith('"')) {
      return part;
    }
    return el("span", { class: part.endsWith(":") ? "key" : "string" }, part);
  });
}

async function copy(text, button, node) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // The clipboard is closed to pages that came over plain HTTP from another machine.
    getSelection().selectAllChildren(node);
    document.execCommand("copy");
  }
  button.textContent = "Copied";
  setTimeout(() => { button.textContent = "Copy"; }, 1500);
}

/** A block of code with a choice of examples above it: [{ label, text, note }]. */
function exampleBlock(title, examples) {
  const block = el("pre", { tabindex: "0", "aria-label": title });
  const note = el("p", { class: "note" });
  const button = el("button", { type: "button", "aria-live": "polite" }, "Copy");
  const select = el("select", { "aria-label": title + ": example" },
    examples.map((example, i) => el("option", { value: i }, example.label)));
  const show = () => {
    const example = examples[select.value];
    block.replaceChildren(...highlighted(example.text));
    note.replaceChildren(...inline(example.note ?? ""));
    note.hidden = !example.note;
  };
  select.addEventListener("change", show);
  button.addEventListener("click", () => copy(examples[select.value].text, button, block));
  show();
  const choice = examples.length > 1 ? select : examples[0].label ? el("span", {}, examples[0].label) : null;
  return el("figure", {}, el("figcaption", {}, el("strong", {}, title), choice, button), note, block);
}

/** JSON with short lists and objects on one line. */
function pretty(value) {
  const innermost = /([[{])\n\s+([^[\]{}]*?)\n\s+([\]}])/g;
  return JSON.stringify(value, null, 2).replace(innermost, (spread, open, inner, close) => {
    const flat = inner.replace(/\n\s+/g, " ");
    const space = open === "{" ? " " : "";
    return flat.length > 42 ? spread : open + space + flat + space + close;
  });
}

function curl(method, path, operation, body) {
  const lines = ["curl"];
  if (method !== "get") {
    lines[0] += " -X " + method.toUpperCase();
  }
  const url = location.origin + path.replace(/\{(\w+)}/g, "$ID");
  lines[0] += url.includes("$") ? ` "${url}"` : " " + url;
  if ((operation.security ?? api.security).length) {
    const scheme = Object.values(api.components.securitySchemes)[0];
    lines.push(`  -H "${scheme.name}: $KEY"`);
  }
  if (body !== undefined) {
    const quoted = pretty(body).replaceAll("'", "'\\''").replaceAll("\n", "\n  ");
    lines.push('  -H "Content-Type: application/json"', `  -d '${quoted}'`);
  }
  return lines.join(" \\\n");
}

function requestExamples(method, path, operation) {
  const body = operation.requestBody?.content["application/json"];
  const examples = Object.values(body?.examples ?? {}).map((example) =>
    ({ label: example.summary, note: example.description, text: curl(method, path, operation, example.value) }));
  return examples.length ? examples : [{ text: curl(method, path, operation, body?.example) }];
}

function responseExamples(operation) {
  return Object.entries(operation.responses).flatMap(([status, response]) =>
    Object.entries(resolve(response).content?.["application/json"]?.examples ?? {}).map(([name, example]) =>
      ({ label: `${status} ${example.summary ?? name}`, text: pretty(example.value) })));
}

// ---- Operations ----

function parameters(operation) {
  const all = (operation.parameters ?? []).map(resolve);
  return [["path", "Path"], ["query", "Query"], ["header", "Headers"]].flatMap(([place, title]) => {
    const here = all.filter((parameter) => parameter.in === place);
    return here.length === 0 ? [] : [el("h4", {}, title), el("ul", { class: "fields" }, here.map((parameter) => {
      const examples = parameter.example === undefined ? parameter.schema.examples : [parameter.example];
      const schema = { ...parameter.schema, description: parameter.description, examples };
      return field(parameter.name, schema, parameter.required ? "required" : null);
    }))];
  });
}

function responseDetails(status, reference) {
  const response = resolve(reference);
  const content = Object.values(response.content ?? {})[0];
  const schema = resolve(content?.schema);
  const codes = status < "400" ? [] : Object.keys(content?.examples ?? {});
  const headers = Object.entries(response.headers ?? {}).map(([name, header]) => {
    const { description, schema: type, required } = resolve(header);
    return field(name, { ...type, description }, required ? "always" : null);
  });
  return el("details", { class: "response status-" + status[0] },
    el("summary", {}, el("span", { class: "status" }, status), el("span", {}, inline(response.description),
      codes.length ? el("span", { class: "codes" }, codes.map((each) => code(each))) : null)),
    headers.length ? [el("h5", {}, "Headers"), el("ul", { class: "fields" }, headers)] : null,
    schema?.properties ? [el("h5", {}, "Body"), fields(schema, "always")] : null);
}

function operationSection(path, method, operation) {
  const body = resolve(operation.requestBody?.content["application/json"]?.schema);
  const answers = responseExamples(operation);
  const open = (operation.security ?? api.security).length === 0;
  const id = operation.operationId;
  return el("section", { class: "operation", id, "aria-labelledby": id + "-title" },
    el("div", { class: "text" },
      el("h3", { id: id + "-title" }, el("a", { href: "#" + id }, operation.summary)),
      el("p", { class: "route" }, el("span", { class: "method " + method }, method.toUpperCase()), code(path)),
      markdown(operation.description), open ? el("p", {}, "Needs no API key.") : null,
      parameters(operation),
      body ? el("h4", {}, "Request body") : null,
      body ? [markdown(operation.requestBody.description), bodyFields(body, "required")] : null,
      el("h4", {}, "Responses"),
      Object.entries(operation.responses).map(([status, response]) => responseDetails(status, response))),
    el("div", { class: "examples" },
      exampleBlock("Request", requestExamples(method, path, operation)),
      answers.length ? exampleBlock("Response", answers) : null));
}

function operationsOf(tag) {
  return Object.entries(api.paths).flatMap(([path, item]) => METHODS
    .filter((method) => item[method]?.tags.includes(tag))
    .map((method) => ({ path, method, operation: item[method] })));
}

// ---- The page ----

function navLink(id, ...label) {
  return el("li", {}, el("a", { href: "#" + id }, label));
}

function render() {
  const intro = el("section", { class: "intro", id: "top" },
    el("h1", {}, api.info.title), el("p", { class: "lead" }, api.info.summary), markdown(api.info.description));
  const guide = [...intro.querySelectorAll("h2")].map((heading) => navLink(heading.id, heading.textContent));
  const nav = [el("h2", {}, "Guide"), el("ul", {}, guide)];
  const groups = api.tags.map((tag) => {
    const operations = operationsOf(tag.name);
    const links = operations.map(({ method, operation }) => navLink(operation.operationId,
      el("span", { class: "method " + method }, method.toUpperCase()), operation.summary));
    nav.push(el("div", { class: "part" }, el("h2", {}, tag.name), el("ul", {}, links)));
    return el("section", { class: "group", "aria-labelledby": slug(tag.name) },
      el("h2", { id: slug(tag.name) }, tag.name), markdown(tag.description),
      operations.map(({ path, method, operation }) => operationSection(path, method, operation)));
  });
  const notice = document.getElementById("notice");
  notice.replaceChildren();
  document.getElementById("nav").replaceChildren(...nav);
  document.getElementById("content").replaceChildren(notice, intro, ...groups);
  document.title = api.info.title;
}

/** Keeps the operations that speak of the word, and marks the fields of that name. */
function filter(word) {
  const wanted = word.trim().toLowerCase();
  const speaks = (node) => node.textContent.toLowerCase().includes(wanted);
  const operations = [...document.querySelectorAll(".operation")];
  operations.forEach((operation) => {
    operation.hidden = !speaks(operation.querySelector(".text"));
    document.querySelector(`nav a[href="#${operation.id}"]`).parentNode.hidden = operation.hidden;
  });
  document.querySelectorAll(".field").forEach((node) => {
    node.classList.toggle("match", wanted !== "" && speaks(node.querySelector(".name")));
  });
  document.querySelectorAll(".group, .part").forEach((group) => {
    group.hidden = !group.querySelector(".operation:not([hidden]), li:not([hidden]) > a");
  });
  document.querySelector(".intro").hidden = wanted !== "";
  const left = operations.filter((operation) => !operation.hidden).length;
  const what = left === 0 ? "No operation speaks of" : `${left} of ${operations.length} operations speak of`;
  document.getElementById("notice").textContent = wanted === "" ? "" : `${what} “${word.trim()}”.`;
}

function listen() {
  const contents = document.getElementById("contents");
  const wide = matchMedia("(min-width: 48.01rem)");
  const unfold = () => { contents.open = wide.matches; };
  wide.addEventListener("change", unfold);
  unfold();
  const input = document.getElementById("filter");
  input.addEventListener("input", () => filter(input.value));
  const clear = () => { input.value = ""; filter(""); };
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !event.target.matches("input, select, textarea")) {
      event.preventDefault();
      input.focus();
    } else if (event.key === "Escape" && event.target === input) {
      clear();
      input.blur();
    }
  });
  document.getElementById("nav").addEventListener("click", (event) => {
    const target = event.target.closest("a") && document.querySelector(event.target.closest("a").hash);
    if (target?.closest("[hidden]")) {
      clear();
    }
    if (target) {
      unfold();
    }
  });
  const links = new Map([...document.querySelectorAll("nav a")].map((link) => [link.hash.slice(1), link]));
  const mark = (current) => links.forEach((link, id) => link.toggleAttribute("aria-current", id === current));
  const seen = new IntersectionObserver((entries) => {
    entries.filter((entry) => entry.isIntersecting).forEach((entry) => mark(entry.target.id));
  }, { rootMargin: "-5% 0px -75% 0px" });
  links.forEach((_, id) => seen.observe(document.getElementById(id)));
}

async function start() {
  try {
    const response = await fetch("openapi.json");
    if (!response.ok) {
      throw new Error("the server answered " + response.status);
    }
    api = await response.json();
    render();
    listen();
    document.getElementById(location.hash.slice(1))?.scrollIntoView();
  } catch (failure) {
    document.getElementById("notice").textContent = "Cannot show the document: " + failure.message;
  }
}

start();

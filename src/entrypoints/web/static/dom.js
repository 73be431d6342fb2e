// An element with attributes and children. Text is always set as text, never as HTML.
// `part`, from 0 to 1, is how much of a bar or a shade the element shows.
export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  const { part, ...others } = attributes;
  for (const [name, value] of Object.entries(others)) element.setAttribute(name, value);
  if (part !== undefined) element.style.setProperty("--part", part);
  element.append(...children);
  return element;
}

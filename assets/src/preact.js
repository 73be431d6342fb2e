// One module for all pages: Preact, its hooks, and htm's templates bound to it.
import htm from "htm";
import { h } from "preact";

export { Component, Fragment, h, render } from "preact";
export {
  useCallback, useEffect, useId, useLayoutEffect, useMemo, useReducer, useRef, useState,
} from "preact/hooks";
/** @type {(strings: TemplateStringsArray, ...values: Hole[]) => import("preact").VNode | import("preact").VNode[]} */
export const html = htm.bind(h);

// The types that the pages' JSDoc names. Those of the API come from the server's own OpenAPI
// document: make pages writes them into api.d.ts.
//
// This folder shows the pages to tsc by links. Its vendor is the source of the libraries that
// browsers get in one piece, because only that has types. Nothing here is shipped.

type Paths = import("./api").paths;
type Schemas = import("./api").components["schemas"];

/** One of the API's answers by its model's name: Answer<"Overview">. */
type Answer<Name extends AnswerName> = Schemas[`${Name}Answer`];
type AnswerName = { [Model in keyof Schemas]: Model extends `${infer Name}Answer` ? Name : never }[keyof Schemas];

type Entry = Schemas["PlayDocument"];
type Play = Schemas["EntryDocument"];
type Candidate = Schemas["CandidateDocument"];
type EventType = Answer<"Webhook">["events"][number];
type Service = Answer<"Hook">["service"];
type CreditType = "director" | "actor" | "genre";
type FilmBody = Sent<Operation<UserPath<["movies"]>, "post">>;

// ── Requests: a path and a method lead to the query, the body and the answer ─

type Method = "get" | "post" | "put" | "patch" | "delete";

type Segments<Path extends string> = Path extends `${infer Head}/${infer Rest}` ? [Head, ...Segments<Rest>] : [Path];
/** The parts of an address after /users/{user}; what stands in braces may be any text. */
type PartsOf<Path> = Path extends "/users/{user}" ? []
  : Path extends `/users/{user}/${infer Rest}` ? Filled<Segments<Rest>>
    : never;
type Filled<Parts extends string[]> = { [At in keyof Parts]: Parts[At] extends `{${string}}` ? string : Parts[At] };
type UserParts = PartsOf<keyof Paths>;

/** The address of a user's resource; it knows which of the API's paths it is. */
type UserPath<Parts extends UserParts> = string & { readonly parts: Parts };

/** An address as the API documents it, or one of a user's. */
type Address = keyof Paths | UserPath<UserParts> | "/openapi.json";
type Documented<Where> = Where extends UserPath<infer Parts>
  ? { [Path in keyof Paths]: Parts extends PartsOf<Path> ? Path : never }[keyof Paths]
  : Where & keyof Paths;

type Operation<Where, How extends Method> = Paths[Documented<Where>][How];
type Json<Content> = Content extends { content: { "application/json": infer Body } } ? Body : never;
type Answers<Op> = Op extends { responses: infer All }
  ? { [Status in keyof All]: Status extends 200 | 201 ? Json<All[Status]> : Status extends 204 ? null : never }[keyof All]
  : never;
type Sent<Op> = Op extends { requestBody: infer Body } ? Json<Body> : undefined;
type Got<Where> = Where extends "/openapi.json" ? OpenApi : Answers<Operation<Where, "get">>;
/** What is null, undefined or empty is left out of the address. */
type Query<Op> = Op extends { parameters: { query?: infer All } }
  ? { [Name in keyof All]?: All[Name] | string | number | null }
  : never;

// ── Pages ────────────────────────────────────────────────────────────────────

/** What went wrong: a Problem that the server told of, or any other error. */
type Failure = Error & { status?: number; document?: Answer<"Problem"> | null };

/** What useData gives. */
type Loaded<Data> = { data: Data | null; error: Failure | null; loading: boolean; reload: () => Promise<void> };

/** A text's key; of a text that counts also without _one and _other. */
type TextKey<Known extends string> = Known | (Known extends `${infer Stem}_${"one" | "other"}` ? Stem : never);

type Child = import("preact").ComponentChildren;
type Holder<Value> = import("preact/hooks").MutableRef<Value>;

/** An event, of the element that listens for it. */
type On<Element, Happened = Event> = Happened & { readonly currentTarget: Element };

/** What a template may hold. A function that is written into one handles events of a field. */
type Hole = object | string | number | bigint | boolean | null | undefined
  | ((event: On<HTMLInputElement, PointerEvent>) => unknown);

/** Where an address leads: the name is null for no page. */
type Place = { name: string | null; params: Record<string, string>; query: URLSearchParams; path: string };
/** What each page is given. */
type PageProps = Pick<Place, "params" | "query"> & { user: string; session: Answer<"Session"> };
type Shown = Place & { session: Answer<"Session"> | null; component: object | null };

/** What of the diary is shown; what is not asked for is "". */
type Filter = Record<"q" | "watched" | "rating" | "genre" | "year" | "sort", string>;
/** A film of the catalogue, or one as it was typed. */
type Choice = Partial<Answer<"Film">> & { name: string; year: number | null; own?: boolean; imdb?: string };

// ── Corrections ──────────────────────────────────────────────────────────────

type DialogView = "film" | "edit" | "match";
/** What of a play can be edited, as the server takes it. */
type Edit = Pick<Play, "rating" | "watched_date" | "liked" | "review" | "place" | "company"> & {
  rewatch: boolean | null; tags: string[];
};
/** Which film some entries are of: one that the catalogue or IMDb has, or none of them. */
type FilmChoice = { ref: string } | { ids: { imdb: string } } | { none: true };
type Decision = Sent<Operation<UserPath<["review"]>, "post">>["decisions"][number];
type Doubt = Got<UserPath<["review"]>>["items"][number];
/** What was decided, with the film's name, null for none; `n` films were decided at once. */
type Decided = { name: string | null; n: number; undo: (() => void) | null };
type BulkWhat = Omit<Sent<Operation<UserPath<["movies", "bulk"]>, "post">>, "entries">;
type BulkChange = NonNullable<BulkWhat["change"]>;
type Bulk = Pick<Answers<Operation<UserPath<["movies", "bulk"]>, "post">>, "changed" | "failed"> & { causes: string[] };
type Enriched = Answers<Operation<UserPath<["enrich"]>, "post">>;

/** How a file shall be read; what is absent is left to the server. A blank column is none. */
type Reading = {
  format?: string; dates?: string; scale?: string; delimiter?: string; encoding?: string; columns?: Record<string, string>;
};
/** What of an entry shows until the server has it so; null for an entry that is being deleted. */
type Held = { rating: number | null } | null;
/** What a user has handed out, by the part of the API that keeps it. */
type HandedOut = ["hooks"] | ["tokens"] | ["webhooks"];
type HandedItem<Parts extends HandedOut> = Got<UserPath<Parts>> extends { items: (infer Item)[] } ? Item : never;
type HandedBody<Parts extends HandedOut> = Sent<Operation<UserPath<Parts>, "post">>;
type Handed<Parts extends HandedOut> = Answers<Operation<UserPath<Parts>, "post">>;
type View = { id: "day" | "month" | "year"; head: string; labels: string[]; values: number[] };
type Stage = "choose" | "reading" | "asked" | "preview" | "importing" | "done";
type Privacy = Answer<"Settings">["privacy"];

type Submit = On<HTMLFormElement, SubmitEvent>;
type PageName = "overview" | "diary" | "trends" | "year" | "compare" | "import" | "then" | "settings";
type Mode = Answer<"Session">["mode"];
type Overview = Answer<"Overview">;
type Said = { id: number; text: string; action?: string; onAction?: () => void };
type Theme = "auto" | "light" | "dark";
type Language = "en" | "it";

/** The colours of the style sheet, in the theme in use. */
type Colours = Record<
  "paper" | "raised" | "sunken" | "hover" | "ink" | "quiet" | "line" | "accent" | "fill" | "fillSoft" | "shade" | "second",
  string
>;
/** What ECharts tells of the cell of a calendar that is drawn, and how to find its middle. */
type CellPlace = { dataIndex: number; coordSys: { cellWidth: number; cellHeight: number } };
type CellApi = { coord: (day: [iso: string]) => [x: number, y: number] };
type ChartOption = import("echarts/core").EChartsCoreOption & { tooltip?: object };

// ── The OpenAPI document, as far as docs.js shows it ─────────────────────────

type Schema = {
  $ref?: string; title?: string; description?: string; type?: string | string[]; format?: string;
  enum?: unknown[]; const?: unknown; default?: unknown; minimum?: number; maximum?: number;
  anyOf?: Schema[]; oneOf?: Schema[]; items?: Schema; additionalProperties?: Schema | boolean;
  properties?: Record<string, Schema>; required?: string[]; example?: Hole; examples?: Hole[];
};
type Media = { schema?: Schema; example?: Hole; examples?: Record<string, { value?: Hole }> };
type Parameter = { name: string; in: string; required?: boolean; description?: string; schema: Schema };
type Documentation = {
  tags?: string[]; summary: string; description?: string; parameters?: Parameter[];
  requestBody?: { content: Record<string, Media> };
  responses: Record<string, { description: string; content?: Record<string, Media> }>;
};
type OpenApiOperation = Documentation & { id: string; tag: string; method: string; path: string };
type OpenApi = { info: { version: string }; paths: Record<string, Record<string, Documentation>> };

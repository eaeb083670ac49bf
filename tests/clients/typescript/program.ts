// Uses the generated TypeScript client as a caller would; prints what it read as JSON.
// Arguments: what to do, the address of the service, an API key, a report as text and as a file.

import { readFileSync } from "node:fs";
import { basename } from "node:path";

import { createClient } from "../client/client/index.js";
import {
  createSummary,
  createSummaryBatch,
  createSummaryFromFile,
  type FileSummaryRequest,
  type Problem,
  type SectionSummary,
  type SummaryBatchResult,
} from "../client/index.js";

const [what, baseUrl, key, textPath, filePath] = process.argv.slice(2) as [
  string,
  string,
  string,
  string,
  string,
];
const text = readFileSync(textPath, "utf-8");
const client = createClient({ baseUrl, auth: key });

function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("missing");
  return value;
}

function toldSection(section: SectionSummary) {
  const point = present(section.points[0]);
  const figure = present(point.figures[0]);
  return {
    quote: point.quote,
    start: point.span.start,
    confidence: point.confidence,
    heading: present(point.headings[0]),
    value: figure.value,
    unit: figure.unit,
    kind: figure.kind,
  };
}

// Exhaustive for the codes of this client; a newer service may send others.
function isKnown(code: Problem["code"]): boolean {
  switch (code) {
    case "overloaded":
    case "unauthenticated":
    case "validation_failed":
    case "blank_text":
      return true;
    default:
      return false;
  }
}

function toldProblem(problem: Problem) {
  const error = problem.errors?.[0];
  return {
    status: problem.status,
    code: problem.code,
    known: isKnown(problem.code),
    detail: problem.detail,
    ...(error && { pointer: error.pointer, message: error.message }),
  };
}

function toldResult({ id, status, result, problem }: SummaryBatchResult) {
  return {
    id,
    status,
    ...(result ? toldSection(result.sections.achievements) : toldProblem(present(problem))),
  };
}

function form(): FileSummaryRequest {
  return {
    file: new File([readFileSync(filePath)], basename(filePath)),
    title: "年度工作总结",
    include_sentences: true,
    script: "simplified",
    disabled_repairs: ["traditional", "width"],
  };
}

async function answers() {
  const summary = await createSummary({ client, body: { text, max_points: 3 } });
  const invalid = await createSummary({ client, body: { text, max_points: 0 } });
  const anonymous = await createSummary({ client: createClient({ baseUrl }), body: { text } });
  const batch = await createSummaryBatch({
    client,
    body: { items: [{ id: "甲", text }, { id: "乙", text: " " }] },
  });
  const ofFile = present((await createSummaryFromFile({ client, body: form() })).data);
  return {
    summary: toldSection(present(summary.data).sections.achievements),
    invalid: toldProblem(present(invalid.error)),
    unauthenticated: toldProblem(present(anonymous.error)),
    batch: present(batch.data).results.map(toldResult),
    file: {
      text: ofFile.extracted_text,
      roles: present(ofFile.sentences).map((sentence) => sentence.role),
      ...toldSection(ofFile.sections.achievements),
    },
  };
}

async function refused() {
  const { error, response } = await createSummary({ client, body: { text } });
  return { refused: { ...toldProblem(present(error)), ...waitOf(response) } };
}

async function refusedFile() {
  const { error, response } = await createSummaryFromFile({ client, body: form() });
  return { refused: { ...toldProblem(present(error)), ...waitOf(response) } };
}

function waitOf(response: Response) {
  return { retry_after: Number(response.headers.get("Retry-After")) };
}

const does = present({ answers, refused, refused_file: refusedFile }[what]);
process.stdout.write(JSON.stringify(await does()));

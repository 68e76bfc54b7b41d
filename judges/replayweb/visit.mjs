// Opens pages of an archive in ReplayWeb.page and tells what a reader sees there.
// Standard input: {chromium, profile, proxy, direct, visits: [{page, url, screenshot}]}; standard output: one JSON line a visit.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { argv, stdout } from "node:process";

const require = createRequire(import.meta.url);
const { chromium } = require(join(argv[2], "playwright-core"));
const PATIENCE = 15_000; // milliseconds until a page must be there

const job = JSON.parse(readFileSync(0, "utf-8"));
const context = await chromium.launchPersistentContext(job.profile, {
  executablePath: job.chromium,
  headless: true,
  // Whatever is not for our own server goes to a proxy that counts it and lets nothing through.
  proxy: { server: job.proxy, bypass: `<-loopback>,${job.direct}` },
  viewport: { width: 1000, height: 1400 },
  args: [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-domain-reliability", "--disable-features=OptimizationHints,MediaRouter,AutofillServerCommunication",
  ],
});
try {
  for (const visit of job.visits) {
    const seen = await look(visit).catch((error) => ({ error: String(error.message ?? error) }));
    stdout.write(JSON.stringify({ page: visit.page, ...seen }) + "\n");
  }
} finally {
  await context.close();
}

async function look(visit) {
  const tab = await context.newPage();
  try {
    await tab.goto(visit.page);
    const frame = await replayed(tab, visit.url);
    await frame.waitForLoadState("load", { timeout: PATIENCE });
    return await frame.evaluate(whatIsSeen);
  } finally {
    await tab.screenshot({ path: visit.screenshot });
    await tab.close();
  }
}

// The frame in which ReplayWeb.page shows the archived page.
async function replayed(tab, url) {
  const deadline = Date.now() + PATIENCE;
  while (Date.now() < deadline) {
    const found = tab.frames().find((frame) => /\/\d*mp_\//.test(frame.url()) && frame.url().endsWith(url));
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`no frame shows ${url}; there are ${tab.frames().map((frame) => frame.url()).join(" ")}`);
}

// Runs in the replayed page.
function whatIsSeen() {
  const broken = [...document.images].filter((image) => image.complete && !image.naturalWidth);
  const original = (address) => address.replace(/^.*?\/\d*[a-z]+_\//, "");
  // The rules of a sheet that could not be loaded may not be read.
  const isApplied = (link) => {
    try {
      return link.sheet?.cssRules.length > 0;
    } catch {
      return false;
    }
  };
  const sheets = [...document.querySelectorAll("link[rel~=stylesheet]")];
  return {
    where: location.href,
    lines: [...new Set([...document.body.querySelectorAll("*")].map((element) => element.textContent))]
      .filter((text) => text.length < 400),
    text: document.body.textContent,
    images: [...document.images].map((image) => original(image.src)),
    brokenImages: broken.map((image) => original(image.src)),
    unstyled: sheets.filter((link) => !isApplied(link)).map((link) => original(link.href)),
  };
}

// franc's answers as JSON, for bench.language: texts from standard input, answers to standard output.
import {readFileSync} from 'node:fs'

const {francAll} = await import(process.argv[2])
const short = {
  afr: 'af', amh: 'am', arb: 'ar', ary: 'ar', arz: 'ar', aeb: 'ar', bam: 'bm', eng: 'en', ewe: 'ee', fra: 'fr',
  fuv: 'ff', fuf: 'ff', fuc: 'ff', hau: 'ha', ibo: 'ig', kin: 'rw', run: 'rn', lin: 'ln', lug: 'lg', plt: 'mg',
  nya: 'ny', gaz: 'om', por: 'pt', sag: 'sg', sna: 'sn', som: 'so', sot: 'st', spa: 'es', ssw: 'ss', swh: 'sw',
  tir: 'ti', tsn: 'tn', tso: 'ts', twi: 'tw', aka: 'tw', wol: 'wo', xho: 'xh', yor: 'yo', zul: 'zu', knc: 'kr',
  kng: 'kg', tzm: 'zgh'
}
const spent = () => { const {user, system} = process.cpuUsage(); return (user + system) / 1000 }
const codes = []
const milliseconds = {short: 0, medium: 0, long: 0}
const counts = {short: 0, medium: 0, long: 0}
for (const [length, text] of JSON.parse(readFileSync(0, 'utf8'))) {
  const begin = spent()
  const code = francAll(text)[0][0]
  milliseconds[length] += spent() - begin
  counts[length] += 1
  codes.push(code === 'und' ? null : short[code] ?? code)
}
for (const length in counts) milliseconds[length] /= counts[length] || 1
process.stdout.write(JSON.stringify({codes, milliseconds}))

const at = moment.utc('2026-03-29T00:30:00.123Z');
console.log(moment.version, moment.tz.version, moment.locale(), moment.locales().length > 1);
for (const zone of ['Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe', 'UTC']) {
  const local = at.clone().tz(zone);
  console.log(zone, local.format(), local.format('dddd, MMMM Do YYYY, h:mm:ss.SSS a z Z'), local.isDST(), local.utcOffset(), local.clone().add(1, 'hour').format(), local.clone().startOf('day').unix());
}
console.log(moment.tz('2026-03-29 02:30', 'Europe/Berlin').format(), moment.tz('2026-10-25 02:30', 'Europe/Berlin').toISOString());
console.log(moment.tz.names().length, moment.tz.zone('Europe/Paris').abbr(1700000000000), moment.tz.guess().length > 0);
console.log(at.fromNow !== undefined, moment.duration(90061001).humanize(), moment.duration('P1Y2M3DT4H5M6S').toISOString(), moment.duration({ hours: 26 }).asDays());
console.log(at.from('2026-03-01T00:00:00Z'), at.to('2027-03-01T00:00:00Z'), at.calendar('2026-03-29T12:00:00Z'), at.diff('2025-01-01T00:00:00Z', 'months', true));
console.log(moment('31/12/2025', 'DD/MM/YYYY', true).isValid(), moment('2025-02-30').isValid(), moment.invalid().format(), moment('nope', 'YYYY').toString(), moment.utc('2026-W05-2').format('GGGG-[W]WW-E'));
console.log(JSON.stringify({ at }), at.toDate().getTime(), at.valueOf(), at.toArray(), at.toObject());
for (const language of ['de', 'fr', 'ja', 'ar', 'pt-br', 'xx']) {
  const there = at.clone().locale(language);
  console.log(language, there.locale(), there.format('LLLL'), there.from('2026-03-01T00:00:00Z'));
}
console.log(moment.locale('es'), moment.utc('2026-05-01').format('dddd D MMMM'), moment.weekdays(), moment.locale('en'));
console.log(moment.isMoment(at), at.isBetween('2026-01-01', '2026-12-31'), moment.max(at, moment.utc('2020-01-01')).year(), at.isoWeek(), at.quarter(), at.daysInMonth());
console.log(at);

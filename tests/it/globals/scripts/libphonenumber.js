const { parsePhoneNumber, isValidPhoneNumber, AsYouType, getCountries, getCountryCallingCode, findPhoneNumbersInText, getExampleNumber, parsePhoneNumberFromString, isSupportedCountry, formatIncompletePhoneNumber } = libphonenumberjslib.libphonenumberjs;
const number = parsePhoneNumber(' 8 (800) 555-35-35 ', 'RU');
console.log(number, number.country, number.number, number.isPossible(), number.isValid(), number.getType(), number.getURI());
for (const format of ['NATIONAL', 'INTERNATIONAL', 'E.164', 'RFC3966']) console.log(format, number.format(format));
console.log(parsePhoneNumberFromString('nope'), isValidPhoneNumber('+49 30 901820'), isValidPhoneNumber('213', 'US'), parsePhoneNumber('+1 213 373 4253 ext. 5').ext);
for (const bad of ['1', 'abc', '+999999', '12345678901234567890']) {
  try {
    parsePhoneNumber(bad);
  } catch (error) {
    console.log(bad, error.name, error.message);
  }
}
console.log(new AsYouType('US').input('2133734253'), new AsYouType().input('+33612345678'), formatIncompletePhoneNumber('21337', 'US'));
console.log(getCountries().length, getCountryCallingCode('FR'), isSupportedCountry('XX'), findPhoneNumbersInText('call (213) 373-4253 or +49 30 901820.', 'US').map(({ number, startsAt, endsAt }) => [number.number, startsAt, endsAt]));

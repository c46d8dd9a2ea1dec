import Testing

import Alerting

@Suite struct JSONSyntaxTests {
    @Test(arguments: [
        "0", "-0", "1e9", "1.5E-3", "null", "true", "false", "\"\"", #""\u00Ff\n""#, "[]", "{}", " [ 1 , {\"a\" : [ ] } ] \n",
    ])
    func isJSON(text: String) { #expect(JSONSyntax.error(in: Array(text.utf8)) == nil) }

    @Test(arguments: [
        ("", 0), ("01", 0), ("-", 1), ("1.", 2), ("1e", 2), ("+1", 0), ("tru", 3), ("\"a", 2), ("\"\t\"", 1), (#""\x""#, 2),
        (#""\u12g4""#, 5), ("[1,]", 3), ("[1", 2), ("{1:2}", 1), (#"{"a"}"#, 4), (#"{"a":1,}"#, 7), ("1 2", 2), ("NaN", 0),
        (String(repeating: "[", count: 50), 33),
    ])
    func isNone(text: String, offset: Int) { #expect(JSONSyntax.error(in: Array(text.utf8))?.offset == offset) }
}

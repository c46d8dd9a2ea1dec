import EventModel
import Normaliser
import Testing

@Suite struct CiscoOriginTests {
    private typealias Case = SyslogRFC3164Tests.Case

    private static let october = SyslogRFC3164Tests.october

    @Test(arguments: [
        Case(text: "<187>31: sw1: *Oct 11 22:14:15.000: %SYS-5-CONFIG_I: by x", host: "sw1", app: "%SYS-5-CONFIG_I",
             message: "%SYS-5-CONFIG_I: by x", time: october),
        Case(text: "<187>31: .Oct 11 22:14:15: %SYS-5-CONFIG_I: by x", app: "%SYS-5-CONFIG_I", message: "%SYS-5-CONFIG_I: by x",
             time: october),
        Case(text: "<187>31: CLC 6/0: Oct 11 22:14:15 EST: %A-5-B: x", app: "%A-5-B",
             message: "%A-5-B: x", time: october + 18_000),
        Case(text: "<166>2026-10-11T22:14:15Z fw1 : %FTD-6-305012: Teardown", host: "fw1", app: "%FTD-6-305012",
             message: "%FTD-6-305012: Teardown", time: october),
        Case(text: "<166>Oct 11 2026 22:14:15: %ASA-6-302014: Teardown", app: "%ASA-6-302014",
             message: "Teardown", time: october),
        Case(text: "<166>Oct 11 22:14:15 10.0.0.1 %ASA-6-302014: Teardown", host: "10.0.0.1", app: "%ASA-6-302014",
             message: "Teardown", time: october),
        Case(text: "<189>31: sw1: 000023: *Oct 11 22:14:15.000 CEST: %LINK-3-UPDOWN: x", host: "sw1", app: "%LINK-3-UPDOWN",
             message: "%LINK-3-UPDOWN: x", time: october - 7_200),
        Case(text: "<189>: 2026 Oct 11 22:14:15 UTC: %ETHPORT-5-IF_UP: x", app: "%ETHPORT-5-IF_UP", message: "x", time: october),
        Case(text: "<166>:Oct 11 22:14:15 CEST: %ASA-session-6-302013: x", app: "%ASA-session-6-302013", message: "x",
             time: october - 7_200),
        Case(text: "<166>Oct 11 2026 22:14:15 fw1: %ASA-6-302013: x", host: "fw1", app: "%ASA-6-302013",
             message: "%ASA-6-302013: x", time: october),
        Case(text: "<189>31: RP/0/RSP0/CPU0:Oct 11 22:14:15.000 UTC: config[65]: %MGBL-SYS-5-CONFIG_I : x", app: "config", pid: "65",
             message: "%MGBL-SYS-5-CONFIG_I : x", time: october),
        Case(text: "<189>31: xr1 RP/0/RSP0/CPU0:Oct 11 22:14:15 UTC: config[65]: %MGBL-SYS-5-CONFIG_I : x", host: "xr1",
             app: "config", pid: "65", message: "%MGBL-SYS-5-CONFIG_I : x", time: october),
        // A relay put its own header before the device's.
        Case(text: "<190>Oct 11 22:14:15 10.0.0.1 31: Oct 11 22:14:14.123: %SYS-6-LOGOUT: x", host: "10.0.0.1",
             app: "%SYS-6-LOGOUT", message: "%SYS-6-LOGOUT: x", time: october),
        Case(text: "<190>Oct 11 22:14:15 10.0.0.1 31: *1w2d: %SYS-6-LOGOUT: x", host: "10.0.0.1", app: "%SYS-6-LOGOUT",
             message: "%SYS-6-LOGOUT: x", time: october),
        // How long the device has run, in place of a stamp.
        Case(text: "<189>31: *1w2d: %SYS-5-CONFIG_I: x", app: "%SYS-5-CONFIG_I", message: "%SYS-5-CONFIG_I: x",
             errors: .missingTimestamp),
        Case(text: "<189>31: 00:00:46: %LINK-3-UPDOWN: x", app: "%LINK-3-UPDOWN", message: "%LINK-3-UPDOWN: x",
             errors: .missingTimestamp),
        Case(text: "<189>31: %LINK-3-UPDOWN: x", app: "%LINK-3-UPDOWN", message: "%LINK-3-UPDOWN: x", errors: .missingTimestamp),
        Case(text: "<166>%ASA-6-302013: x", app: "%ASA-6-302013", message: "x", errors: .missingTimestamp),
        // A program that is named by a number.
        Case(text: "<190>Oct 11 22:14:15 10.0.0.1 31: no code", host: "10.0.0.1", app: "31", message: "no code", time: october),
    ])
    private func headers(_ expected: Case) {
        SyslogRFC3164Tests().dialects(expected)
    }
}

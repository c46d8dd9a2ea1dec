import Pipeline
import Testing

struct ShardCountTests {
    @Test(arguments: [
        (nil, 1, 1), (nil, 2, 1), (nil, 3, 1), (nil, 4, 2), (nil, 5, 2), (nil, 6, 3), (nil, 8, 4), (nil, 64, 4), (3, 1, 3), (1, 64, 1),
    ] as [(Int?, Int, Int)])
    func beginsAsConfiguredOrAsTheMachineIs(configured: Int?, cores: Int, expected: Int) {
        #expect(ShardCount(configured: configured, cores: cores).atFirst == expected)
    }

    @Test(arguments: [(nil, 1, true), (nil, 4, true), (2, 2, true), (2, 1, false), (1, 4, false)] as [(Int?, Int, Bool)])
    func onlyAConfiguredNumberRefusesState(configured: Int?, saved: Int, isAccepted: Bool) {
        #expect(ShardCount(configured: configured, cores: 8).accepts(saved) == isAccepted)
    }
}

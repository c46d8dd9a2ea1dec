public import EventModel

extension StoreReader {
    /// What would expire now by a policy. Nothing is changed; `siemd` may run meanwhile.
    ///
    /// - Parameter policy: its products by the names that their events carry, which the reader's products should have.
    public func retentionPlan(_ policy: RetentionPolicy, now: Timestamp) throws -> RetentionPlan {
        try StoreError.translating(files.database) {
            try RetentionPlanner(connection: connection, source: cold, products: products).plan(policy, now: now)
        }
    }
}

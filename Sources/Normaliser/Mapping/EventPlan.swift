import EventModel

// Hot path.

/// Everything to do for events of one class, activity and rule. Immutable.
final class EventPlan: Sendable {
    let classUID: UInt32
    let fixed: FrozenBuffer<CompiledMapping.FixedField>
    let ops: FrozenBuffer<CompiledMapping.FieldOp>
    let each: [EachOp]
    /// Innermost objects first.
    let constraints: FrozenBuffer<CompiledMapping.Constraint>
    /// Of each of these sets, one op at least must have given a value; else the default plan is used.
    let needs: FrozenBuffer<UInt128>
    let fallbacks: FrozenBuffer<CompiledMapping.Fallback>
    /// Status and severity by rule, as indices into `statuses` and `severities`; -1 for by record.
    let status: Int
    let severity: Int
    /// Findings have states of another kind.
    let hasStatus: Bool
    let identity: CompiledMapping.Identity
    /// The op that gives the tenant; -1 if there is none.
    let tenant: Int
    let origin: MappingOrigins.Plan

    init(_ draft: PlanDraft) {
        classUID = draft.classUID
        fixed = FrozenBuffer(draft.fixed)
        ops = FrozenBuffer(draft.ops)
        each = draft.each
        constraints = FrozenBuffer(draft.constraints)
        needs = FrozenBuffer(draft.needs)
        fallbacks = FrozenBuffer(draft.fallbacks)
        status = Int(draft.status)
        severity = Int(draft.severity)
        hasStatus = draft.hasStatus
        identity = draft.identity
        tenant = Int(draft.tenant)
        origin = draft.origin
    }

    deinit {
        fixed.deallocate()
        ops.deallocate()
        constraints.deallocate()
        needs.deallocate()
        fallbacks.deallocate()
    }
}

/// A plan while it is compiled.
struct PlanDraft {
    var classUID: UInt32
    var fixed: [CompiledMapping.FixedField]
    var ops: [CompiledMapping.FieldOp] = []
    var each: [EachOp] = []
    var constraints: [CompiledMapping.Constraint] = []
    var needs: [UInt128] = []
    var fallbacks: [CompiledMapping.Fallback] = []
    var status: Int32
    var severity: Int32
    var hasStatus: Bool
    var identity = CompiledMapping.Identity()
    var tenant: Int32 = -1
    var origin: MappingOrigins.Plan
}

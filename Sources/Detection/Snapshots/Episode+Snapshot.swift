extension Episode {
    func write(to writer: inout SnapshotWriter) {
        writer.write(first)
        writer.write(last)
        writer.write(deadline)
        writer.write(count)
        writer.write(hasLate)
        writer.write(isSatisfied)
        writer.write(text)
        writer.write(finding != nil)
        if let finding {
            writer.write(finding.uid)
            writer.write(finding.isDirty)
            writer.write(finding.isNew)
            writer.write(finding.suppressed)
        }
        writer.write(suppression != nil)
        if let suppression {
            writer.write(suppression.uid)
            writer.write(suppression.counted)
        }
        writer.write(evidence.marks.count)
        for evidence in evidence.marks {
            writer.write(evidence.time)
            writer.write(evidence.mark.rawValue)
        }
    }

    init(from reader: inout SnapshotReader) throws(SnapshotError) {
        self.init(time: try reader.integer(), deadline: 0, isLate: false)
        last = try reader.integer()
        deadline = try reader.integer()
        count = Int(try reader.integer())
        hasLate = try reader.boolean()
        isSatisfied = try reader.boolean()
        text = try reader.text()
        if try reader.boolean() {
            var open = OpenFinding(uid: try reader.key())
            open.isDirty = try reader.boolean()
            open.isNew = try reader.boolean()
            open.suppressed = Int(try reader.integer())
            finding = open
        }
        if try reader.boolean() {
            let uid = try reader.key()
            suppression = SuppressedFinding(uid: uid, counted: Int(try reader.integer()))
        }
        var marks: [EvidenceMark] = []
        for _ in 0..<(try reader.count(size: 2)) {
            let time = try reader.integer()
            marks.append(EvidenceMark(time: time, mark: EventMark(rawValue: try reader.unsigned())))
        }
        evidence = EvidenceTrail(marks: marks)
    }
}

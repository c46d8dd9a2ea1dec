import EventModel
import Searching
import Storage

/// A query with the store that it is for.
struct PreparedSearch {
    let text: String
    let plan: SearchPlan
    let reader: StoreReader
    let catalog: FieldCatalog
}

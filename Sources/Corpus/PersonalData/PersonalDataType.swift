/// A kind of personal data that the scrubber finds.
package enum PersonalDataType: String, CaseIterable, Codable, Sendable, Comparable {
    case nationalID = "national-id"
    case taxNumber = "tax-number"
    case iban
    case paymentCard = "payment-card"
    case phone
    case email
    case ipAddress = "ip-address"
    case macAddress = "mac-address"
    case numberPlate = "number-plate"
    case postalAddress = "postal-address"

    /// What stands in the text afterwards; Turkish, so that a sentence keeps its language.
    package var placeholder: String {
        switch self {
        case .nationalID: "[TC_KİMLİK_NO]"
        case .taxNumber: "[VERGİ_NO]"
        case .iban: "[IBAN]"
        case .paymentCard: "[KART_NO]"
        case .phone: "[TELEFON]"
        case .email: "[E_POSTA]"
        case .ipAddress: "[IP_ADRESİ]"
        case .macAddress: "[MAC_ADRESİ]"
        case .numberPlate: "[PLAKA]"
        case .postalAddress: "[ADRES]"
        }
    }

    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

/// Where a value stands in a text, in UTF-8 bytes. The value itself is never kept.
package struct PersonalDataMatch: Sendable, Equatable {
    /// What it is.
    package let type: PersonalDataType
    /// UTF-8 offsets in the text that was searched.
    package let range: Range<Int>
}

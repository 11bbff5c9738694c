// The toolchain's own ICU, which Foundation brings along: its C functions carry the prefix `swift_`.
internal import _FoundationICU

/// What Unicode's tables say of a text, by the functions of ICU that Foundation does not pass on. Texts are of UTF-16, as
/// ICU's are.
///
/// Any thread. What is kept here is made once and never changed: "functions that take a const USpoofChecker parameter are
/// thread safe" (uspoof.h), and a normalizer "is immutable" (unorm2.h).
enum ICU {
    // ICU finds both in tables that are linked into it, so that only a broken installation has none.
    private nonisolated(unsafe) static let checker: OpaquePointer = {
        let checker = succeed("uspoof_open") { swift_uspoof_open(&$0) }
        swift_uspoof_setRestrictionLevel(checker, USPOOF_HIGHLY_RESTRICTIVE)
        succeed("uspoof_setChecks") { status in
            let checks = USPOOF_RESTRICTION_LEVEL.rawValue | USPOOF_MIXED_NUMBERS.rawValue
            swift_uspoof_setChecks(checker, Int32(checks | USPOOF_HIDDEN_OVERLAY.rawValue), &status)
        }
        return checker!
    }()
    private nonisolated(unsafe) static let decomposer = succeed("unorm2_getNFDInstance") {
        swift_unorm2_getNFDInstance(&$0)
    }
    private nonisolated(unsafe) static let compatibilityComposer = succeed("unorm2_getNFKCInstance") {
        swift_unorm2_getNFKCInstance(&$0)
    }
    private nonisolated(unsafe) static let caseFolder = succeed("unorm2_getNFKCCasefoldInstance") {
        swift_unorm2_getNFKCCasefoldInstance(&$0)
    }

    /// NFD.
    static func decomposed(_ text: [UInt16]) -> [UInt16] { normalized(text, by: decomposer) }

    /// NFKC.
    static func compatibilityComposed(_ text: [UInt16]) -> [UInt16] { normalized(text, by: compatibilityComposer) }

    /// NFKC_Casefold: compatible, without case, and without what is never seen.
    static func caseFolded(_ text: [UInt16]) -> [UInt16] { normalized(text, by: caseFolder) }

    /// The skeleton (UTS #39, section 4): texts that look alike have the same. It is in NFD.
    static func skeleton(_ text: [UInt16]) -> [UInt16] {
        mapped(text, "uspoof_getSkeleton") { swift_uspoof_getSkeleton(checker, 0, $0, $1, $2, $3, &$4) }
    }

    /// Whether it is written in Latin letters, and otherwise only in what belongs to no script or to any.
    static func isLatin(_ text: [UInt16]) -> Bool {
        String(decoding: text, as: UTF16.self).unicodeScalars.allSatisfy { scalar in
            let script = succeed("uscript_getScript") { swift_uscript_getScript(Int32(scalar.value), &$0) }
            return script == USCRIPT_LATIN || script == USCRIPT_COMMON || script == USCRIPT_INHERITED
        }
    }

    /// What may deceive in a name (UTS #39, section 5).
    struct Faults: OptionSet {
        let rawValue: Int32

        /// Letters of scripts that nobody writes together: not "highly restrictive".
        static let mixedScripts = Faults(rawValue: Int32(USPOOF_RESTRICTION_LEVEL.rawValue))
        /// Digits of several systems.
        static let mixedNumbers = Faults(rawValue: Int32(USPOOF_MIXED_NUMBERS.rawValue))
        /// A mark that disappears in the letter it stands on, as the dot above an i.
        static let hiddenMark = Faults(rawValue: Int32(USPOOF_HIDDEN_OVERLAY.rawValue))
    }

    static func faults(of text: [UInt16]) -> Faults {
        Faults(
            rawValue: succeed("uspoof_check") {
                swift_uspoof_check(checker, text, Int32(text.count), nil, &$0)
            })
    }

    private static func normalized(_ text: [UInt16], by normalizer: OpaquePointer?) -> [UInt16] {
        mapped(text, "unorm2_normalize") { swift_unorm2_normalize(normalizer, $0, $1, $2, $3, &$4) }
    }

    /// - Parameter function: writes into a buffer of a capacity, and returns how many units it would take.
    private static func mapped(
        _ text: [UInt16], _ name: String,
        _ function: (
            UnsafePointer<UInt16>, Int32, UnsafeMutablePointer<UInt16>, Int32, inout UErrorCode
        ) -> Int32
    ) -> [UInt16] {
        // No normalization form is longer than this (UAX #15, section 9), and hardly any skeleton.
        var capacity = 18 * text.count + 1
        while true {
            var needed: Int32 = 0
            var status = U_ZERO_ERROR
            let result = [UInt16](unsafeUninitializedCapacity: capacity) { buffer, count in
                needed = function(text, Int32(text.count), buffer.baseAddress!, Int32(capacity), &status)
                count = status == U_BUFFER_OVERFLOW_ERROR ? 0 : max(0, Int(needed))
            }
            guard status == U_BUFFER_OVERFLOW_ERROR else {
                precondition(status.rawValue <= U_ZERO_ERROR.rawValue, "ICU: \(name) failed: \(status.rawValue)")
                return result
            }
            capacity = Int(needed) + 1
        }
    }

    /// Calls a function that fails only where ICU's tables are missing.
    @discardableResult
    private static func succeed<Result>(_ name: String, _ function: (inout UErrorCode) -> Result) -> Result {
        var status = U_ZERO_ERROR
        let result = function(&status)
        precondition(status.rawValue <= U_ZERO_ERROR.rawValue, "ICU: \(name) failed: \(status.rawValue)")
        return result
    }
}

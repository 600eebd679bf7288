#include "textflag.h"

// A row is 256 bytes: four registers of 512 bits. What they do is plainKernel's.

// func pushRows(rows *lanes, from, n uint64, to *uint32, by *cost)
TEXT ·pushRows(SB), NOSPLIT, $0-40
	MOVQ rows+0(FP), DI
	MOVQ from+8(FP), AX
	MOVQ n+16(FP), CX
	MOVQ to+24(FP), SI
	MOVQ by+32(FP), DX
	SHLQ $8, AX
	VMOVDQU64 (DI)(AX*1), Z0
	VMOVDQU64 64(DI)(AX*1), Z1
	VMOVDQU64 128(DI)(AX*1), Z2
	VMOVDQU64 192(DI)(AX*1), Z3
	XORQ R8, R8
link:
	CMPQ R8, CX
	JGE  done
	MOVL (SI)(R8*4), AX
	SHLQ $8, AX
	VPBROADCASTQ (DX)(R8*8), Z4
	VPADDQ Z0, Z4, Z5
	VPADDQ Z1, Z4, Z6
	VPADDQ Z2, Z4, Z7
	VPADDQ Z3, Z4, Z8
	VPMINUQ (DI)(AX*1), Z5, Z5
	VPMINUQ 64(DI)(AX*1), Z6, Z6
	VPMINUQ 128(DI)(AX*1), Z7, Z7
	VPMINUQ 192(DI)(AX*1), Z8, Z8
	VMOVDQU64 Z5, (DI)(AX*1)
	VMOVDQU64 Z6, 64(DI)(AX*1)
	VMOVDQU64 Z7, 128(DI)(AX*1)
	VMOVDQU64 Z8, 192(DI)(AX*1)
	INCQ R8
	JMP  link
done:
	VZEROUPPER
	RET

// func pullRows(rows, seeds *lanes, row, seed, first, to *uint32, by *cost, n uint64)
TEXT ·pullRows(SB), NOSPLIT, $0-64
	MOVQ rows+0(FP), DI
	MOVQ seeds+8(FP), R9
	MOVQ row+16(FP), BX
	MOVQ seed+24(FP), R10
	MOVQ first+32(FP), R11
	MOVQ to+40(FP), SI
	MOVQ by+48(FP), DX
	MOVQ n+56(FP), CX
	MOVL (R11)(CX*4), R13 // where the links of the node at hand end
node:
	DECQ CX
	JLT  done
	MOVL (R10)(CX*4), AX
	SHLQ $8, AX
	VMOVDQU64 (R9)(AX*1), Z0
	VMOVDQU64 64(R9)(AX*1), Z1
	VMOVDQU64 128(R9)(AX*1), Z2
	VMOVDQU64 192(R9)(AX*1), Z3
	MOVL (R11)(CX*4), R12 // and where they begin, which is where those of the next one end
	MOVQ R12, R8
	CMPQ R8, R13
	JGE  store
link:
	MOVL (SI)(R8*4), AX
	SHLQ $8, AX
	VPBROADCASTQ (DX)(R8*8), Z4
	VPADDQ (DI)(AX*1), Z4, Z5
	VPADDQ 64(DI)(AX*1), Z4, Z6
	VPADDQ 128(DI)(AX*1), Z4, Z7
	VPADDQ 192(DI)(AX*1), Z4, Z8
	VPMINUQ Z5, Z0, Z0
	VPMINUQ Z6, Z1, Z1
	VPMINUQ Z7, Z2, Z2
	VPMINUQ Z8, Z3, Z3
	INCQ R8
	CMPQ R8, R13
	JLT  link
store:
	MOVQ R12, R13
	MOVL (BX)(CX*4), AX
	SHLQ $8, AX
	VMOVDQU64 Z0, (DI)(AX*1)
	VMOVDQU64 Z1, 64(DI)(AX*1)
	VMOVDQU64 Z2, 128(DI)(AX*1)
	VMOVDQU64 Z3, 192(DI)(AX*1)
	JMP  node
done:
	VZEROUPPER
	RET

// The same with registers of 256 bits, eight to a row. They know no lesser of two whole
// numbers of 64 bits, but that of two fractions, which has the same bits where neither is
// less than 0: small ones, too, since Go has no processor take them for 0. Sums that are
// dearer than noCost may be no fraction at all; then it is what stands first, which is
// always what there was before.

// func pushRows256(rows *lanes, from, n uint64, to *uint32, by *cost)
TEXT ·pushRows256(SB), NOSPLIT, $0-40
	MOVQ rows+0(FP), DI
	MOVQ from+8(FP), AX
	MOVQ n+16(FP), CX
	MOVQ to+24(FP), SI
	MOVQ by+32(FP), DX
	SHLQ $8, AX
	VMOVDQU (DI)(AX*1), Y0
	VMOVDQU 32(DI)(AX*1), Y1
	VMOVDQU 64(DI)(AX*1), Y2
	VMOVDQU 96(DI)(AX*1), Y3
	VMOVDQU 128(DI)(AX*1), Y4
	VMOVDQU 160(DI)(AX*1), Y5
	VMOVDQU 192(DI)(AX*1), Y6
	VMOVDQU 224(DI)(AX*1), Y7
	XORQ R8, R8
link:
	CMPQ R8, CX
	JGE  done
	MOVL (SI)(R8*4), AX
	SHLQ $8, AX
	VPBROADCASTQ (DX)(R8*8), Y8
	VPADDQ Y0, Y8, Y9
	VPADDQ Y1, Y8, Y10
	VPADDQ Y2, Y8, Y11
	VPADDQ Y3, Y8, Y12
	VMINPD (DI)(AX*1), Y9, Y9
	VMINPD 32(DI)(AX*1), Y10, Y10
	VMINPD 64(DI)(AX*1), Y11, Y11
	VMINPD 96(DI)(AX*1), Y12, Y12
	VMOVDQU Y9, (DI)(AX*1)
	VMOVDQU Y10, 32(DI)(AX*1)
	VMOVDQU Y11, 64(DI)(AX*1)
	VMOVDQU Y12, 96(DI)(AX*1)
	VPADDQ Y4, Y8, Y9
	VPADDQ Y5, Y8, Y10
	VPADDQ Y6, Y8, Y11
	VPADDQ Y7, Y8, Y12
	VMINPD 128(DI)(AX*1), Y9, Y9
	VMINPD 160(DI)(AX*1), Y10, Y10
	VMINPD 192(DI)(AX*1), Y11, Y11
	VMINPD 224(DI)(AX*1), Y12, Y12
	VMOVDQU Y9, 128(DI)(AX*1)
	VMOVDQU Y10, 160(DI)(AX*1)
	VMOVDQU Y11, 192(DI)(AX*1)
	VMOVDQU Y12, 224(DI)(AX*1)
	INCQ R8
	JMP  link
done:
	VZEROUPPER
	RET

// func pullRows256(rows, seeds *lanes, row, seed, first, to *uint32, by *cost, n uint64)
TEXT ·pullRows256(SB), NOSPLIT, $0-64
	MOVQ rows+0(FP), DI
	MOVQ seeds+8(FP), R9
	MOVQ row+16(FP), BX
	MOVQ seed+24(FP), R10
	MOVQ first+32(FP), R11
	MOVQ to+40(FP), SI
	MOVQ by+48(FP), DX
	MOVQ n+56(FP), CX
	MOVL (R11)(CX*4), R13 // where the links of the node at hand end
node:
	DECQ CX
	JLT  done
	MOVL (R10)(CX*4), AX
	SHLQ $8, AX
	VMOVDQU (R9)(AX*1), Y0
	VMOVDQU 32(R9)(AX*1), Y1
	VMOVDQU 64(R9)(AX*1), Y2
	VMOVDQU 96(R9)(AX*1), Y3
	VMOVDQU 128(R9)(AX*1), Y4
	VMOVDQU 160(R9)(AX*1), Y5
	VMOVDQU 192(R9)(AX*1), Y6
	VMOVDQU 224(R9)(AX*1), Y7
	MOVL (R11)(CX*4), R12 // and where they begin, which is where those of the next one end
	MOVQ R12, R8
	CMPQ R8, R13
	JGE  store
link:
	MOVL (SI)(R8*4), AX
	SHLQ $8, AX
	VPBROADCASTQ (DX)(R8*8), Y8
	VPADDQ (DI)(AX*1), Y8, Y9
	VPADDQ 32(DI)(AX*1), Y8, Y10
	VPADDQ 64(DI)(AX*1), Y8, Y11
	VPADDQ 96(DI)(AX*1), Y8, Y12
	VPADDQ 128(DI)(AX*1), Y8, Y13
	VPADDQ 160(DI)(AX*1), Y8, Y14
	VPADDQ 192(DI)(AX*1), Y8, Y15
	VPADDQ 224(DI)(AX*1), Y8, Y8
	VMINPD Y0, Y9, Y0
	VMINPD Y1, Y10, Y1
	VMINPD Y2, Y11, Y2
	VMINPD Y3, Y12, Y3
	VMINPD Y4, Y13, Y4
	VMINPD Y5, Y14, Y5
	VMINPD Y6, Y15, Y6
	VMINPD Y7, Y8, Y7
	INCQ R8
	CMPQ R8, R13
	JLT  link
store:
	MOVQ R12, R13
	MOVL (BX)(CX*4), AX
	SHLQ $8, AX
	VMOVDQU Y0, (DI)(AX*1)
	VMOVDQU Y1, 32(DI)(AX*1)
	VMOVDQU Y2, 64(DI)(AX*1)
	VMOVDQU Y3, 96(DI)(AX*1)
	VMOVDQU Y4, 128(DI)(AX*1)
	VMOVDQU Y5, 160(DI)(AX*1)
	VMOVDQU Y6, 192(DI)(AX*1)
	VMOVDQU Y7, 224(DI)(AX*1)
	JMP  node
done:
	VZEROUPPER
	RET

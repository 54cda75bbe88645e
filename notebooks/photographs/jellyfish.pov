// A jellyfish in blue water, lit from above. Lengths are in tens of centimeters.
#include "common.inc"
#include "functions.inc"

camera {
  location <0, -0.4, -8.2> look_at <0.25, -0.62, 0> angle 39 right x * image_width / image_height
}

light_source { <-3, 12, -5> color rgb <0.75, 0.92, 1.0> * 0.9 }
light_source { <8, 3, 8> color rgb <0.45, 0.70, 1.0> * 0.7 shadowless }

// Water: dark below, lighter above.
sphere {
  0, 60 hollow inverse
  texture {
    pigment {
      gradient y
      color_map { [0.25 color rgb <0.002, 0.010, 0.045>] [0.48 color rgb <0.006, 0.045, 0.16>]
        [0.56 color rgb <0.012, 0.10, 0.29>] [0.75 color rgb <0.04, 0.26, 0.52>] }
      turbulence 0.06 scale 120 translate -60 * y
    }
    finish { ambient 0 diffuse 0 emission 1 }
  }
}

#declare Glow = rgb <1.0, 0.52, 0.34>;
// The bell: thin, brighter where one looks along it, with rays and lobes at the rim.
#macro Skin(Clear, Strength, Color)
  texture {
    pigment {
      aoi
      color_map {
        [0.00 color Color transmit 0.25] [0.12 color Color * 0.75 transmit 0.60]
          [0.35 color Color * 0.55 transmit Clear] [0.5 color Color * 0.5 transmit Clear]
        [0.65 color Color * 0.55 transmit Clear] [0.88 color Color * 0.75 transmit 0.60]
          [1.00 color Color transmit 0.25]
      }
    }
    normal { bumps 0.15 scale 0.2 }
    finish { ambient 0 emission Strength diffuse 0.5, 0.4 specular 0.35 roughness 0.02 }
  }
#end
#declare Shape = function(x, y, z) { sqrt(x * x + z * z) * (1 + 0.018 * cos(32 * atan2(x, z)) * max(0, 0.5 - y)) }
#declare Bell = union {
  isosurface {
    function { abs(sqrt(pow(Shape(x, y, z) / 1.62, 2) +
      pow(max(y, -0.22 + 0.05 * cos(16 * atan2(x, z))) / 1.12, 2)) - 1) * 1.0 - 0.012 +
      max(0, -0.25 + 0.09 * cos(16 * atan2(x, z)) - y) * 6 }
    contained_by { box { <-1.75, -0.6, -1.75>, <1.75, 1.25, 1.75> } } max_gradient 7 accuracy 0.006 all_intersections
    Skin(0.86, 0.28, Glow * 0.85)
  }
  // Radial canals, as darker rays on the bell.
  #for (Number, 0, 31)
    sphere_sweep {
      cubic_spline 8,
      #for (Knot, 0, 7)
        #local Angle = radians(11.25 * Number); #local Down = radians(6 + 13 * Knot);
        <1.60 * sin(Down) * sin(Angle), 1.10 * cos(Down), 1.60 * sin(Down) * cos(Angle)>, 0.006 + 0.004 * Knot
      #end
      texture { pigment { color rgb <0.95, 0.32, 0.16> transmit 0.45 } finish { ambient 0 emission 0.30 diffuse 0.4 } }
    }
  #end
  // Four horseshoes of gonads seen through it, and the manubrium.
  #for (Number, 0, 3)
    sphere_sweep {
      cubic_spline 9,
      #for (Knot, 0, 8)
        #local Angle = radians(-150 + 37.5 * Knot);
        <0.52 + 0.26 * cos(Angle), 0.50 + 0.04 * cos(3 * Angle), 0.30 * sin(Angle)>, 0.055
      #end
      rotate 90 * Number * y + 25 * y
      texture { pigment { color rgb <1.0, 0.60, 0.42> transmit 0.25 } normal { granite 0.4 scale 0.1 }
        finish { ambient 0 emission 0.45 diffuse 0.5 } }
    }
  #end
}
// Oral arms: frilled ribbons that hang and wave.
#macro Arm(Turn, Long, Phase)
  mesh {
    #local Rows = 60;
    #for (Row, 0, Rows - 1)
      #for (Side, -3, 2)
        #local Corner = array[4];
        #for (Index, 0, 3)
          #local S = (Row + (Index > 1 ? 1 : 0)) / Rows;
          #local T = (Side + mod(Index, 2)) / 3;
          #local Wide = 0.34 * pow(1 - S, 0.6) * (0.35 + min(1, S * 5));
          #local Frill = pow(abs(T), 1.5) * 0.16 * sin(70 * S + Phase * 3 + (T > 0 ? 1.7 : 0)) * (1 - 0.5 * S);
          #local Corner[Index] = <0.16 + 0.20 * sin(3.4 * S + Phase) * S + Frill + T * Wide * cos(5 * S + Phase),
            0.30 - Long * S + 0.06 * sin(50 * S + 5 * T), 0.20 * cos(2.7 * S + Phase * 2) * S + T * Wide *
            sin(5 * S + Phase) + Frill * 0.7>;
        #end
        triangle { Corner[0], Corner[1], Corner[3] }
        triangle { Corner[0], Corner[3], Corner[2] }
      #end
    #end
    texture { pigment { bozo color_map { [0.2 color rgb <1.0, 0.66, 0.50> transmit 0.72]
      [0.8 color rgb <1.0, 0.74, 0.60> transmit 0.45] } scale 0.1 }
      finish { ambient 0 emission 0.22 diffuse 0.4, 0.4 } }
    rotate Turn * y
  }
#end
// Tentacles: fine threads from the rim, that trail in the current.
#macro Thread(Turn, Long, Sway, Phase)
  sphere_sweep {
    cubic_spline 14,
    #for (Knot, -1, 12)
      #local S = Knot / 11;
      <1.52 - 0.55 * S + 0.16 * sin(5 * S + Phase) * (0.3 + S), -0.16 - Long * S,
        0.18 * sin(4 * S + 2 * Phase) * (0.3 + S)> , 0.013 * (1.1 - 0.7 * max(0, S))
    #end
    rotate Turn * y
    matrix <1, 0, 0, Sway, 1, 0, 0, 0, 1, 0, 0, 0>
    texture { pigment { color rgb <1.0, 0.50, 0.34> transmit 0.45 } finish { ambient 0 emission 0.40 diffuse 0.4 } }
  }
#end
#declare Medusa = union {
  object { Bell }
  #for (Number, 0, 3) object { Arm(90 * Number + 25, Between(2.6, 3.4), 1.7 * Number) } #end
  #for (Number, 0, 23) object { Thread(15 * Number + Between(-4, 4), Between(2.2, 3.6), 0.05, Between(0, 6)) } #end
}
object { Medusa rotate <-12, 10, 0> rotate -14 * z translate <-0.1, 0.35, 0> }
object { Medusa rotate <10, 80, 24> scale 0.8 translate <4.2, 1.9, 9> }

// What drifts in the water.
#for (Count, 1, 220)
  #local Deep = Between(-5, 9);
  sphere { <Between(-0.36, 0.36) * (Deep + 7.4) , Between(-0.30, 0.26) * (Deep + 7.4) - 0.5, Deep>,
    Between(0.003, 0.011) texture { pigment { color rgb <0.5, 0.75, 1.0> transmit 0.5 }
    finish { ambient 0 emission Between(0.1, 0.5) } } }
#end
